#include "gatepost/smtp/client/server_reply.hpp"

#include "client_script.hpp"

namespace gatepost::smtp {
namespace {

using codes::Category;
using codes::Phase;

ClientOptions ivan() {
  auto options = plain_options();
  options.identity.login = "ivan";
  options.identity.password = "secret-word";
  return options;
}

void read(ServerReply& reply, std::string_view bytes, Phase phase) {
  ASSERT_EQ(reply.reader().read(bytes), ReplyReader::Status::reply);
  reply.take(phase);
}

TEST(ServerReply, QuotedSecretIsMaskedInAllThatLeavesIt) {
  const auto options = ivan();
  ServerReply reply(options);
  read(reply, "550 5.7.1 no secret-word here\r\n", Phase::mail);
  EXPECT_TRUE(reply.quotes_secret());
  EXPECT_EQ(reply.reply().text().find("secret-word"), std::string::npos);
  EXPECT_EQ(reply.refusal(Phase::mail).describe().find("secret-word"), std::string::npos);
  EXPECT_EQ(reply.unexpected("not a valid reply").message.find("secret-word"), std::string::npos);
  EXPECT_EQ(reply.masked("a secret-word"), "a ****");
}

TEST(ServerReply, OrdinaryWordsStayAsTheyAre) {
  const auto options = ivan();
  ServerReply reply(options);
  read(reply, "250-first\r\n250 second\r\n", Phase::ehlo);
  EXPECT_FALSE(reply.quotes_secret());
  EXPECT_EQ(reply.reply().text(), "first second");
  EXPECT_FALSE(reply.refuses());
}

TEST(ServerReply, WhatMakesNoSenseIsAFailureOfTheSessionInItsPhaseAndNotTooLong) {
  const auto options = ivan();
  ServerReply reply(options);
  read(reply, "250 " + std::string(2000, 'x') + "\r\n", Phase::data);
  const auto why = reply.unexpected("not a valid reply to DATA");
  EXPECT_EQ(why.category, Category::protocol_error);
  EXPECT_EQ(why.phase, Phase::data);
  EXPECT_EQ(why.scope, codes::Scope::session);
  EXPECT_TRUE(why.message.starts_with("not a valid reply to DATA: 250 xxx"));
  EXPECT_LT(why.message.size(), 310u);
}

}  // namespace
}  // namespace gatepost::smtp
