#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "gatepost/core/base64.hpp"
#include "gatepost/dkim/header_hash.hpp"
#include "gatepost/dkim/letter_view.hpp"
#include "gatepost/dkim/signer.hpp"
#include "gatepost/dkim/verifier.hpp"

namespace gatepost::dkim {
namespace {

using crypto::KeyType;
using crypto::SigningKey;
using testing::HasSubstr;

const TimePoint now = std::chrono::sys_days{std::chrono::year{2026} / 11 / 22};

const std::string letter =
    "From: =?utf-8?B?0JjQstCw0L0=?= <ivan@example.com>\r\n"
    "To: olga@example.net\r\n"
    "Subject: Hello\r\n"
    "Date: Sun, 22 Nov 2026 10:00:00 +0300\r\n"
    "Message-ID: <1@example.com>\r\n"
    "MIME-Version: 1.0\r\n"
    "List-Unsubscribe: <https://example.com/u>\r\n"
    "\r\n"
    "Dear Olga,\r\n\r\n  two  spaces \r\n\r\n\r\n";

const SigningKey& key_of(KeyType type) {
  static const auto rsa = *SigningKey::generate(KeyType::rsa);
  static const auto ed25519 = *SigningKey::generate(KeyType::ed25519);
  return type == KeyType::rsa ? rsa : ed25519;
}

std::shared_ptr<const Signer> signer(KeyType type, Canonicalization header = Canonicalization::relaxed,
                                     Canonicalization body = Canonicalization::relaxed) {
  SignerOptions options;
  options.domain = "example.com";
  options.selector = type == KeyType::rsa ? "r" : "e";
  options.header = header;
  options.body = body;
  return *Signer::make(options, key_of(type));
}

/// The records of a made-up DNS.
struct Dns {
  std::map<std::string, std::string> records = {
      {"r._domainkey.example.com", key_record_text(key_of(KeyType::rsa))},
      {"e._domainkey.example.com", key_record_text(key_of(KeyType::ed25519))}};
  TxtLookup lookup() const {
    return [this](const std::string& name) -> TxtAnswer {
      const auto found = records.find(name);
      if (found == records.end()) return {};
      return {TxtAnswer::Status::found, {found->second}};
    };
  }
};

std::string signed_letter(const Signers& signers) { return *sign(letter, signers, now) + letter; }

Reason reason_of(const std::string& raw, const Dns& dns, TimePoint at = now) {
  const auto results = verify(raw, dns.lookup(), at);
  return results.empty() ? Reason::syntax : results.front().reason;
}

/// The letter under a signature that counts so much of its body (l=), which our signer never does.
std::string signed_with_length(std::uint64_t length) {
  const auto parts = split_letter(letter);
  BodyHash body(Canonicalization::relaxed, crypto::Digest::sha256, length);
  body.update(parts.body);
  const auto field = "DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed; d=example.com; s=e; h=From; l=" +
                     std::to_string(length) + "; bh=" + base64_encode(body.finish()) + "; b=";
  const auto digest = header_hash(crypto::Digest::sha256, Canonicalization::relaxed, parts.fields, {"From"}, field);
  return field + base64_encode(key_of(KeyType::ed25519).sign_sha256(digest)) + "\r\n" + letter;
}

TEST(Verify, BodyLengthThatTheBodyDoesNotHaveFails) {
  constexpr std::uint64_t length = 27;  // of "Dear Olga,\r\n\r\n two spaces\r\n"
  EXPECT_EQ(reason_of(signed_with_length(length), Dns()), Reason::none);
  EXPECT_EQ(reason_of(signed_with_length(length - 1), Dns()), Reason::body_length);
  EXPECT_EQ(reason_of(signed_with_length(length + 1), Dns()), Reason::body_too_short);
  const auto results = verify(signed_with_length(99'999), Dns().lookup(), now);
  ASSERT_EQ(results.size(), 1u);
  EXPECT_EQ(results.front().status, Status::fail);
  EXPECT_EQ(results.front().reason, Reason::body_too_short);
}

TEST(SignAndVerify, SpaceBeforeTheColonOfTheFirstFieldIsNoMboxLine) {
  const std::string spaced = "From : a@example.com\r\nSubject: Hello\r\n\r\nbody\r\n";
  const auto header = sign(spaced, {signer(KeyType::ed25519)}, now);
  ASSERT_TRUE(header);
  EXPECT_EQ(reason_of(*header + spaced, Dns()), Reason::none);
  const auto refused =
      sign("From a@example.com Sun Nov 22 10:00:00 2026\r\n" + spaced, {signer(KeyType::ed25519)}, now);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message(), HasSubstr("mbox"));
}

TEST(SignAndVerify, EveryAlgorithmAndCanonicalizationPasses) {
  for (const auto type : {KeyType::rsa, KeyType::ed25519}) {
    for (const auto header : {Canonicalization::simple, Canonicalization::relaxed}) {
      for (const auto body : {Canonicalization::simple, Canonicalization::relaxed}) {
        EXPECT_EQ(reason_of(signed_letter({signer(type, header, body)}), Dns()), Reason::none);
      }
    }
  }
}

TEST(SignAndVerify, TwoSignersInOnePassBothPass) {
  const auto results = verify(signed_letter({signer(KeyType::rsa), signer(KeyType::ed25519)}), Dns().lookup(), now);
  ASSERT_EQ(results.size(), 2u);
  EXPECT_EQ(results[0].status, Status::pass);
  EXPECT_EQ(results[1].status, Status::pass);
}

TEST(Sign, NoLineIsLongerThan76AndNoLengthTagStandsThere) {
  const auto field = *sign(letter, {signer(KeyType::rsa)}, now);
  for (std::size_t at = 0; at < field.size();) {
    const auto end = field.find("\r\n", at);
    EXPECT_LE(end - at, 76u);
    at = end + 2;
  }
  EXPECT_THAT(field, testing::Not(HasSubstr(" l=")));
}

TEST(Sign, HeadersThatMustNotBeAddedAreSignedOnceMoreThanTheyOccur) {
  const auto signed_one = signed_letter({signer(KeyType::ed25519)});
  for (const std::string name :
       {"From", "To", "Cc", "Subject", "Date", "Message-ID", "Reply-To", "MIME-Version", "Content-Type",
        "Content-Transfer-Encoding", "List-Unsubscribe", "List-Unsubscribe-Post", "In-Reply-To", "References"}) {
    auto forged = signed_one;
    forged.insert(forged.find("From: ="), name + ": forged@example.org\r\n");
    EXPECT_EQ(reason_of(forged, Dns()), Reason::signature) << name;
  }
  auto harmless = signed_one;
  harmless.insert(0, "Received: from a by b\r\n");
  EXPECT_EQ(reason_of(harmless, Dns()), Reason::none);
}

TEST(Sign, ALetterWithoutFromIsRefused) {
  const auto result = sign("To: a@b\r\n\r\nx\r\n", {signer(KeyType::ed25519)}, now);
  ASSERT_TRUE(result.has_error());
  EXPECT_EQ(result.error().where, "From");
}

TEST(Sign, ALetterWithTwoFromsIsRefused) {
  EXPECT_TRUE(sign("From: a@b\r\nFrom: c@d\r\n\r\nx\r\n", {signer(KeyType::ed25519)}, now).has_error());
}

TEST(Sign, ALetterWhoseHeaderCanBeReadInTwoWaysIsRefused) {
  for (const std::string header : {"no field\r\n", "X: y\nFrom: c@d\r\n", "X: y\r\r\n"}) {
    const auto result = sign(header + "From: a@b\r\n\r\nx\r\n", {signer(KeyType::ed25519)}, now);
    ASSERT_TRUE(result.has_error()) << header;
    EXPECT_EQ(result.error().where, "header");
  }
}

TEST(Sign, MoreFieldsThanVerifiersLookAtAreRefused) {
  std::string many = "From: a@b\r\n";
  for (int i = 0; i < 30; ++i) many += "To: c@d\r\n";
  EXPECT_TRUE(sign(many + "\r\nx\r\n", {signer(KeyType::ed25519)}, now).has_error());
}

TEST(SignerMake, ADomainThatIsNoNameIsRefused) {
  for (const std::string domain : {"", "a b", "a;d=evil.com", "пример.рф", "a..b", "x\r\ny"}) {
    SignerOptions options;
    options.domain = domain;
    options.selector = "s";
    EXPECT_TRUE(Signer::make(options, key_of(KeyType::ed25519)).has_error()) << domain;
  }
}

TEST(SignerMake, AnIdentityOfAnotherDomainIsRefused) {
  SignerOptions options;
  options.domain = "example.com";
  options.selector = "s";
  options.identity = "x@notexample.com";
  EXPECT_TRUE(Signer::make(options, key_of(KeyType::ed25519)).has_error());
  options.identity = "x@news.example.com";
  EXPECT_TRUE(Signer::make(options, key_of(KeyType::ed25519)).has_value());
}

TEST(Verify, AnExpiredSignatureFails) {
  SignerOptions options;
  options.domain = "example.com";
  options.selector = "e";
  options.valid_for = std::chrono::hours(1);
  const auto raw = signed_letter({*Signer::make(options, key_of(KeyType::ed25519))});
  EXPECT_EQ(reason_of(raw, Dns()), Reason::none);
  EXPECT_EQ(reason_of(raw, Dns(), now + std::chrono::hours(1)), Reason::expired);
}

TEST(Verify, ASignatureFromTheFutureIsNotYetValid) {
  EXPECT_EQ(reason_of(signed_letter({signer(KeyType::ed25519)}), Dns(), now - std::chrono::hours(1)),
            Reason::not_yet_valid);
}

TEST(Verify, WhatTheRecordSaysDecides) {
  const auto raw = signed_letter({signer(KeyType::ed25519)});
  const auto good = key_record_text(key_of(KeyType::ed25519));
  const auto p = good.substr(good.find("p="));
  const std::vector<std::pair<std::string, Reason>> cases = {
      {"v=DKIM1; k=ed25519; p=", Reason::key_revoked},
      {"v=DKIM2; k=ed25519; " + p, Reason::key_syntax},
      {"k=ed25519; v=DKIM1; " + p, Reason::key_syntax},
      {"v=DKIM1; k=ed25519; p=AAAA", Reason::key_syntax},
      {"v=DKIM1; k=dsa; " + p, Reason::key_type},
      {key_record_text(key_of(KeyType::rsa)), Reason::key_type},
      {"v=DKIM1; k=ed25519; h=sha1; " + p, Reason::key_hash},
      {"v=DKIM1; k=ed25519; s=tlsrpt; " + p, Reason::service_type},
      {"v=DKIM1; k=ed25519; s=tlsrpt:email; h=sha1:sha256; " + p, Reason::none},
      {"k=ed25519; " + p, Reason::none},
      {"not a record", Reason::key_syntax}};
  for (const auto& [record, reason] : cases) {
    Dns dns;
    dns.records["e._domainkey.example.com"] = record;
    EXPECT_EQ(to_string(reason_of(raw, dns)), to_string(reason)) << record;
  }
  Dns none;
  none.records.clear();
  EXPECT_EQ(reason_of(raw, none), Reason::key_missing);
}

TEST(Verify, ABadSignatureOfADomainThatTestsIsNeutral) {
  auto raw = signed_letter({signer(KeyType::ed25519)});
  raw.replace(raw.find("Dear"), 4, "Deer");
  Dns dns;
  dns.records["e._domainkey.example.com"] += "; t=y";
  const auto results = verify(raw, dns.lookup(), now);
  EXPECT_EQ(results.at(0).status, Status::neutral);
  EXPECT_TRUE(results.at(0).testing);
}

TEST(Verify, ADnsThatDoesNotAnswerIsATemporaryError) {
  const auto results = verify(
      signed_letter({signer(KeyType::ed25519)}),
      [](const std::string&) {
        return TxtAnswer{TxtAnswer::Status::temporary_error, {}};
      },
      now);
  EXPECT_EQ(results.at(0).status, Status::temperror);
}

TEST(Verify, MoreThanTenSignaturesAreNotLookedAt) {
  std::string raw = letter;
  for (int i = 0; i < 12; ++i) raw = *sign(letter, {signer(KeyType::ed25519)}, now) + raw;
  const auto results = verify(raw, Dns().lookup(), now);
  ASSERT_EQ(results.size(), 11u);
  EXPECT_EQ(results.back().reason, Reason::too_many_signatures);
}

TEST(Verify, MoreThanFiftyHeaderNamesAreNotLookedAt) {
  std::string names = "from";
  for (int i = 0; i < 50; ++i) names += ":x" + std::to_string(i);
  const auto raw =
      "DKIM-Signature: v=1; a=ed25519-sha256; d=example.com; s=e; h=" + names + "; bh=AAAA; b=AAAA\r\n" + letter;
  EXPECT_EQ(reason_of(raw, Dns()), Reason::too_many_headers);
}

TEST(Verify, ASignatureThatIsMalformedNamesTheReason) {
  const std::vector<std::pair<std::string, Reason>> cases = {
      {"v=2; a=rsa-sha256; d=a.b; s=s; h=from; bh=AAAA; b=AAAA", Reason::version},
      {"v=1; a=rsa-md5; d=a.b; s=s; h=from; bh=AAAA; b=AAAA", Reason::algorithm},
      {"v=1; a=rsa-sha1; d=a.b; s=s; h=from; bh=AAAA; b=AAAA", Reason::weak_hash},
      {"v=1; a=rsa-sha256; d=a.b; s=s; h=to; bh=AAAA; b=AAAA", Reason::from_not_signed},
      {"v=1; a=rsa-sha256; d=a.b; s=s; h=from; bh=AAAA", Reason::syntax},
      {"v=1; a=rsa-sha256; d=a.b; d=c.d; s=s; h=from; bh=AAAA; b=AAAA", Reason::syntax},
      {"v=1; a=rsa-sha256; d=a.b; s=s; h=from; bh=AAAA; b=A*A=", Reason::syntax},
      {"v=1; a=rsa-sha256; c=fancy; d=a.b; s=s; h=from; bh=AAAA; b=AAAA", Reason::canonicalization},
      {"v=1; a=rsa-sha256; d=a.b; i=x@c.d; s=s; h=from; bh=AAAA; b=AAAA", Reason::identity},
      {"v=1; a=rsa-sha256; q=http; d=a.b; s=s; h=from; bh=AAAA; b=AAAA", Reason::query}};
  for (const auto& [tags, reason] : cases) {
    EXPECT_EQ(to_string(reason_of("DKIM-Signature: " + tags + "\r\n" + letter, Dns())), to_string(reason)) << tags;
  }
}

TEST(KeyRecord, ALongRecordIsSplitAt255) {
  const auto text = zone_file_value(std::string(600, 'x'));
  EXPECT_TRUE(text.starts_with("( \"" + std::string(255, 'x') + "\" \""));
  EXPECT_TRUE(text.ends_with("\" )"));
  EXPECT_EQ(zone_file_value("short"), "\"short\"");
}

TEST(SigningKey, APemThatWasSavedLoadsAgain) {
  for (const auto type : {KeyType::rsa, KeyType::ed25519}) {
    const auto& key = key_of(type);
    EXPECT_EQ(SigningKey::load(key.to_pem())->public_key(), key.public_key());
  }
}

TEST(SigningKey, WhatIsNoKeyIsRefusedInWords) {
  EXPECT_THAT(SigningKey::load("nonsense").error(), HasSubstr("no readable private key"));
}

}  // namespace
}  // namespace gatepost::dkim
