#include "gatepost/dkim/arc.hpp"

#include <gtest/gtest.h>

#include "gatepost/dkim/signer.hpp"

namespace gatepost::dkim {
namespace {

const TimePoint now = std::chrono::sys_days{std::chrono::year{2026} / 11 / 22};
const std::string letter = "From: ivan@example.com\r\nSubject: Hello\r\n\r\nDear Olga,\r\n";
const std::string results = "mx.example.net; spf=pass smtp.mailfrom=ivan@example.com; dkim=none";

const crypto::SigningKey& key() {
  static const auto made = *crypto::SigningKey::generate(crypto::KeyType::ed25519);
  return made;
}

std::shared_ptr<const Signer> signer() {
  SignerOptions options;
  options.domain = "example.net";
  options.selector = "s";
  return *Signer::make(options, key());
}

TxtAnswer lookup(const std::string& name) {
  if (name != "s._domainkey.example.net") return {};
  return {TxtAnswer::Status::found, {key_record_text(key())}};
}

std::string sealed(const std::string& raw, ChainStatus chain) {
  return *seal_arc(raw, *signer(), results, chain, now) + raw;
}

TEST(Arc, ALetterWithoutSetsHasNoChain) { EXPECT_EQ(verify_arc(letter, lookup, now).status, ChainStatus::none); }

TEST(Arc, EverySealAddsASetThatPasses) {
  auto raw = sealed(letter, ChainStatus::none);
  for (unsigned sets = 1; sets <= 3; ++sets) {
    const auto result = verify_arc(raw, lookup, now);
    EXPECT_EQ(result.status, ChainStatus::pass);
    ASSERT_EQ(result.sets.size(), sets);
    EXPECT_EQ(result.sets.back().domain, "example.net");
    raw = sealed(raw, ChainStatus::pass);
  }
}

TEST(Arc, AnyChangedByteOfTheHeadersFailsTheChain) {
  const auto raw = sealed(sealed(letter, ChainStatus::none), ChainStatus::pass);
  const auto arc_headers = raw.size() - letter.size();
  const auto canonical_twin = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
  for (std::size_t at = 0; at < arc_headers; ++at) {
    auto changed = raw;
    if (canonical_twin(changed[at])) continue;
    changed[at] = changed[at] == 'x' ? 'y' : 'x';
    if (changed[at] == raw[at]) continue;
    EXPECT_EQ(verify_arc(changed, lookup, now).status, ChainStatus::fail) << "at " << at;
  }
}

TEST(Arc, AChainThatFailedIsSealedWithoutWhatCameBefore) {
  const auto broken = sealed(letter, ChainStatus::none) + "more\r\n";
  EXPECT_EQ(verify_arc(broken, lookup, now).reason, Reason::body_hash);
  const auto resealed = sealed(broken, ChainStatus::fail);
  const auto result = verify_arc(resealed, lookup, now);
  EXPECT_EQ(result.status, ChainStatus::fail);
  EXPECT_EQ(result.reason, Reason::chain_broken_before);
  EXPECT_TRUE(seal_arc(resealed, *signer(), results, ChainStatus::fail, now).has_error());
}

TEST(Arc, WhatIsNoChainIsNotSealedAsOne) {
  EXPECT_TRUE(seal_arc(letter, *signer(), results, ChainStatus::pass, now).has_error());
  EXPECT_TRUE(seal_arc(sealed(letter, ChainStatus::none), *signer(), results, ChainStatus::none, now).has_error());
  EXPECT_TRUE(seal_arc("Subject: x\r\n\r\n", *signer(), results, ChainStatus::none, now).has_error());
}

TEST(Arc, ResultsThatCouldBeginAnotherHeaderAreRefused) {
  for (const auto& bad : {std::string("a\r\nBcc: b"), std::string("a\nb"), std::string("a\0b", 3), std::string()}) {
    EXPECT_TRUE(seal_arc(letter, *signer(), bad, ChainStatus::none, now).has_error());
  }
}

}  // namespace
}  // namespace gatepost::dkim
