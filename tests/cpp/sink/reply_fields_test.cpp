#include "gatepost/sink/reply_fields.hpp"

#include <gtest/gtest.h>

namespace gatepost::sink {
namespace {

TEST(ReplyFields, AreFilledInAndOtherBracesStay) {
  GateState state;
  state.set_number("balance", 2.5);
  const Situation situation{.phase = codes::Phase::rcpt, .client = "::1", .from = "Ivan@Mail.ru", .to = "a@b.ru"};
  const ReplyFacts facts{situation, state, 3, 10};
  EXPECT_EQ(fill_reply("450 {to} {from_domain} {count} {seconds} {balance}", facts), "450 a@b.ru mail.ru 3 10 2.5");
  EXPECT_EQ(fill_reply("450 {} {unknown} {to", facts), "450 {} {unknown} {to");
  EXPECT_EQ(fill_reply("450 {{to}}", facts), "450 {a@b.ru}");
}

TEST(ReplyFields, WhatAClientSaidBeginsNoLine) {
  const GateState state;
  const Situation situation{.phase = codes::Phase::mail, .client = "::1", .ehlo = "a\r\n250 b\x07"};
  EXPECT_EQ(fill_reply("550 {ehlo}", {situation, state, 0, 0}), "550 a??250 b?");
}

}  // namespace
}  // namespace gatepost::sink
