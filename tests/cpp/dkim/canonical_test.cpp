#include "gatepost/dkim/canonical.hpp"

#include <gtest/gtest.h>

#include <random>
#include <regex>

namespace gatepost::dkim {
namespace {

constexpr auto simple = Canonicalization::simple;
constexpr auto relaxed = Canonicalization::relaxed;

std::string hash_of(std::string_view canonical) { return crypto::hash(crypto::Digest::sha256, canonical); }

std::string body_hash_in(std::string_view body, Canonicalization form, std::size_t piece) {
  BodyHash hash(form, crypto::Digest::sha256);
  for (; !body.empty(); body.remove_prefix(std::min(piece, body.size()))) hash.update(body.substr(0, piece));
  return hash.finish();
}

std::string field(Canonicalization form, std::string_view whole) {
  std::string out;
  append_field(out, form, whole);
  return out;
}

/// RFC 6376 §3.4.3 and §3.4.4 word by word, slowly.
std::string by_the_rules(std::string body, Canonicalization form) {
  if (form == relaxed) {
    std::string out;
    for (std::size_t at = 0; at < body.size();) {
      const auto end = body.find("\r\n", at);
      auto line = body.substr(at, end == std::string::npos ? end : end - at);
      line = std::regex_replace(line, std::regex("[ \t]+"), " ");
      if (line.ends_with(' ')) line.pop_back();
      out += line;
      if (end == std::string::npos) break;
      out += "\r\n";
      at = end + 2;
    }
    body = out;
  }
  while (body.ends_with("\r\n\r\n")) body.resize(body.size() - 2);
  if (body == "\r\n") body.clear();
  if (form == relaxed && body.empty()) return body;
  if (!body.ends_with("\r\n")) body += "\r\n";
  return body;
}

TEST(BodyHash, TheExampleOfRfc6376GivesBothForms) {
  const std::string body = " C \r\nD \t E\r\n\r\n\r\n";
  EXPECT_EQ(body_hash_in(body, relaxed, 100), hash_of(" C\r\nD E\r\n"));
  EXPECT_EQ(body_hash_in(body, simple, 100), hash_of(" C \r\nD \t E\r\n"));
}

TEST(BodyHash, AnEmptyBodyIsALineEndInSimpleAndNothingInRelaxed) {
  for (const std::string body : {"", "\r\n", "\r\n\r\n\r\n"}) {
    EXPECT_EQ(body_hash_in(body, simple, 1), hash_of("\r\n")) << body.size();
    EXPECT_EQ(body_hash_in(body, relaxed, 1), hash_of("")) << body.size();
  }
}

TEST(BodyHash, EverySplitOfRandomBodiesFollowsTheRules) {
  std::mt19937 random(6376);
  const std::string alphabet = "ab \t\r\n\r\n\r\n  ";
  for (int round = 0; round < 3000; ++round) {
    std::string body;
    const auto size = random() % 24;
    for (std::size_t i = 0; i < size; ++i) body += alphabet[random() % alphabet.size()];
    for (const auto form : {simple, relaxed}) {
      const auto expected = hash_of(by_the_rules(body, form));
      for (const std::size_t piece :
           {std::size_t{1}, std::size_t{2}, std::size_t{3}, std::size_t{7}, body.size() + 1}) {
        ASSERT_EQ(body_hash_in(body, form, piece), expected)
            << to_string(form) << " in pieces of " << piece << ": " << ::testing::PrintToString(body);
      }
    }
  }
}

TEST(BodyHash, ALimitCountsOctetsOfTheCanonicalBody) {
  BodyHash hash(relaxed, crypto::Digest::sha256, 4);
  hash.update("a  b\r\nmore\r\n");
  EXPECT_EQ(hash.finish(), hash_of("a b\r"));
  EXPECT_EQ(hash.length(), 11u);
}

TEST(Field, TheExampleOfRfc6376GivesBothForms) {
  EXPECT_EQ(field(relaxed, "A: X"), "a:X");
  EXPECT_EQ(field(relaxed, "B : Y\t\r\n\tZ  "), "b:Y Z");
  EXPECT_EQ(field(simple, "B : Y\t\r\n\tZ  "), "B : Y\t\r\n\tZ  ");
}

TEST(Field, AnEmptyValueStaysEmpty) { EXPECT_EQ(field(relaxed, "X-Empty: \r\n "), "x-empty:"); }

}  // namespace
}  // namespace gatepost::dkim
