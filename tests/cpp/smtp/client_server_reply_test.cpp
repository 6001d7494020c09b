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
  EXPECT_EQ(reply.shown_lines(), (std::vector<std::string_view>{"550 5.7.1 no **** here"}));
  EXPECT_EQ(reply.reply().text().find("secret-word"), std::string::npos);
  EXPECT_EQ(reply.refusal(Phase::mail).describe().find("secret-word"), std::string::npos);
  EXPECT_EQ(reply.unexpected("not a valid reply").message.find("secret-word"), std::string::npos);
  EXPECT_EQ(reply.masked("a secret-word"), "a ****");
}

TEST(ServerReply, OrdinaryWordsStayAsTheyAre) {
  const auto options = ivan();
  ServerReply reply(options);
  read(reply, "250-first\r\n250 second\r\n", Phase::ehlo);
  EXPECT_EQ(reply.shown_lines(), reply.lines());
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

TEST(ServerReply, SecretWrappedOverTwoLinesIsMaskedOnBoth) {
  const auto options = ivan();
  ServerReply reply(options);
  read(reply, "550-5.7.1 no secret-\r\n550-5.7.1 word, nor c2VjcmV\r\n550 5.7.1 0LXdvcmQ= here\r\n", Phase::mail);
  EXPECT_EQ(reply.shown_lines(),
            (std::vector<std::string_view>{"550-5.7.1 no ****", "550-5.7.1 ****, nor ****", "550 5.7.1 **** here"}));
  EXPECT_EQ(reply.refusal(Phase::mail).server_text, "no **** ****, nor **** **** here");
}

TEST(ServerReply, RefusalOfOurNameNamesTheOptionWhereverItComes) {
  const auto options = plain_options();
  for (const auto& [line, phase] : std::vector<std::pair<std::string, Phase>>{
           {"501 5.5.4 Invalid domain name", Phase::ehlo},
           {"504 5.5.2 no", Phase::ehlo},
           {"550 5.7.1 Invalid HELO", Phase::ehlo},
           {"450 4.7.1 <me.example>: Helo command rejected: Host not found", Phase::rcpt},
           {"504 5.5.2 <me.example>: Helo command rejected: need fully-qualified hostname", Phase::mail},
           {"550 5.7.1 the EHLO name me.example does not exist", Phase::data}}) {
    ServerReply reply(options);
    reply.introduced_as("me.example");
    read(reply, line + "\r\n", phase);
    const auto why = reply.refusal(phase);
    EXPECT_NE(why.message.find("me.example: another name is set by helo_name"), std::string::npos) << line;
  }
  for (const auto& [line, phase] : std::vector<std::pair<std::string, Phase>>{{"550 5.1.1 no such user", Phase::rcpt},
                                                                              {"550 5.7.1 go away", Phase::ehlo},
                                                                              {"503 5.5.1 EHLO first", Phase::mail},
                                                                              {"535 5.7.8 no", Phase::auth}}) {
    ServerReply reply(options);
    reply.introduced_as("me.example");
    read(reply, line + "\r\n", phase);
    EXPECT_EQ(reply.refusal(phase).message, "") << line;
  }
}

}  // namespace
}  // namespace gatepost::smtp
