#include "gatepost/engine/signer_choice.hpp"

#include <gtest/gtest.h>

namespace gatepost::engine {
namespace {

std::shared_ptr<const dkim::Signer> signer(std::string domain) {
  static const auto key = *crypto::SigningKey::generate(crypto::KeyType::ed25519);
  dkim::SignerOptions options;
  options.domain = std::move(domain);
  options.selector = "s";
  return *dkim::Signer::make(options, key);
}

std::string domain_of(const dkim::Signers& signers) {
  std::string all;
  for (const auto& one : signers) all += one->options().domain + " ";
  return all;
}

TEST(SignerChoice, TheNearestDomainSignsElseTheDefaultOne) {
  const SignerChoice choice({{"example.com", {signer("example.com"), signer("example.com")}},
                             {"News.Example.com", {signer("news.example.com")}},
                             {"org", {signer("org.x")}}},
                            {signer("default.net")});
  EXPECT_EQ(domain_of(choice.of("example.com")), "example.com example.com ");
  EXPECT_EQ(domain_of(choice.of("EXAMPLE.com.")), "example.com example.com ");
  EXPECT_EQ(domain_of(choice.of("a.b.example.com")), "example.com example.com ");
  EXPECT_EQ(domain_of(choice.of("a.news.example.com")), "news.example.com ");
  EXPECT_EQ(domain_of(choice.of("myexample.com")), "default.net ");
  EXPECT_EQ(domain_of(choice.of("example.org")), "default.net ") << "a top-level domain vouches for nobody";
  EXPECT_EQ(domain_of(choice.of("org")), "default.net ");
  EXPECT_EQ(domain_of(choice.of("")), "default.net ");
}

TEST(SignerChoice, WithoutSignersNobodySigns) {
  EXPECT_TRUE(SignerChoice().empty());
  EXPECT_TRUE(SignerChoice().of("example.com").empty());
  const SignerChoice only({{"example.com", {signer("example.com")}}});
  EXPECT_FALSE(only.empty());
  EXPECT_TRUE(only.of("example.net").empty());
}

}  // namespace
}  // namespace gatepost::engine
