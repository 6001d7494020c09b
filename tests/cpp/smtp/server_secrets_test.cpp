#include "gatepost/smtp/server/command_mask.hpp"
#include "server_script.hpp"

namespace gatepost::smtp {
namespace {

constexpr std::string_view secret = "AGl2YW4Ac2VjcmV0";

std::string masked(std::string_view line, bool behind_auth = false) {
  const auto shown = mask_command(parse_command(line), line, behind_auth);
  return shown.text.empty() ? std::string(line) : shown.text;
}

TEST(CommandMask, WhatStandsBehindAuthIsNotShownHoweverTheLineIsMistyped) {
  const std::pair<std::string_view, std::string_view> lines[] = {
      {"AUTH PLAIN AGl2YW4Ac2VjcmV0", "AUTH PLAIN ****"},
      {"auth login aXZhbg== dG9wc2VjcmV0", "AUTH login ****"},
      {"AUTH PLAIN", "AUTH PLAIN"},
      {"AUTH", "AUTH"},
      {"AUTH AGl2YW4Ac2VjcmV0", "AUTH ****"},
      {"AUTH PLAIN: AGl2YW4Ac2VjcmV0", "AUTH ****"},
      {" AUTH PLAIN AGl2YW4Ac2VjcmV0", " AUTH ****"},
      {"AUTHPLAIN AGl2YW4Ac2VjcmV0", "AUTH ****"},
      {"AUTH=PLAIN AGl2YW4Ac2VjcmV0", "AUTH ****"},
      {"xAUTH AGl2YW4Ac2VjcmV0", "xAUTH ****"},
      {"NOOP AUTH PLAIN AGl2YW4Ac2VjcmV0", "NOOP AUTH ****"},
      {"QUIT AuthPlain AGl2YW4Ac2VjcmV0", "QUIT Auth ****"},
      {"EHLO x AUTH PLAIN AGl2YW4Ac2VjcmV0", "EHLO x AUTH ****"},
      {"MAIL a@b.ru AUTH PLAIN AGl2YW4Ac2VjcmV0", "MAIL a@b.ru AUTH ****"},
      {"MAIL FROM:<a@b.ru> AUTH PLAIN AGl2YW4Ac2VjcmV0", "MAIL FROM:<a@b.ru> AUTH ****"},
  };
  for (const auto& [line, shown] : lines) {
    EXPECT_EQ(masked(line), shown);
    EXPECT_TRUE(mask_command(parse_command(line), line, false).auth_goes_on) << line;
  }
}

TEST(CommandMask, AddressesNamesAndTheParameterOfMailAreShown) {
  for (const bool behind_auth : {false, true}) {
    for (const std::string_view line :
         {"MAIL FROM:<auth@b.ru>", "RCPT TO:<author@auth.example>", "EHLO auth.example", "RCPT TO:<\"auth x\"@b.ru>",
          "MAIL FROM:<a@b.ru> SIZE=1 AUTH=<>", "BDAT 5 LAST", "DATA", "QUIT"}) {
      EXPECT_EQ(masked(line, behind_auth), line);
      EXPECT_FALSE(mask_command(parse_command(line), line, behind_auth).auth_goes_on) << line;
    }
  }
  EXPECT_EQ(masked("NOOP hello"), "NOOP hello");
  EXPECT_EQ(masked("XYZZY hello"), "XYZZY hello");
}

TEST(CommandMask, ArgumentsOutOfPlaceRightBehindAnAuthAreNotShown) {
  const std::pair<std::string_view, std::string_view> lines[] = {
      {"QUIT AGl2YW4Ac2VjcmV0", "QUIT ****"}, {"HELP AGl2YW4Ac2VjcmV0", "HELP ****"},
      {"MAIL AGl2YW4Ac2VjcmV0", "MAIL ****"}, {"MAIL FROM:AGl2YW4Ac2VjcmV0", "MAIL ****"},
      {"BDAT AGl2YW4Ac2VjcmV0", "BDAT ****"}, {"EHLO a AGl2YW4Ac2VjcmV0", "EHLO ****"},
      {"AGl2YW4Ac2VjcmV0", "****"},           {"PLAIN AGl2YW4Ac2VjcmV0", "****"},
      {"DATA AGl2YW4Ac2VjcmV0", "DATA ****"},
  };
  for (const auto& [line, shown] : lines) {
    EXPECT_EQ(masked(line, true), shown);
    EXPECT_TRUE(mask_command(parse_command(line), line, true).auth_goes_on) << line;
  }
}

class ServerSecrets : public ServerTest {};
INSTANTIATE_TEST_SUITE_P(, ServerSecrets, testing::Bool(), server_portions);

TEST_P(ServerSecrets, NoSpellingOfALoginStandsInTheTranscript) {
  const std::string login(secret);
  for (const auto& first : {" AUTH PLAIN " + login, "AUTHPLAIN " + login, "NOOP AUTH PLAIN " + login,
                            "AUTH=PLAIN " + login, "AUTH " + login, std::string("AUTH FOO"), std::string("AUTH")}) {
    for (const std::string verb : {"", "QUIT ", "HELP ", "NOOP ", "PLAIN ", "DATA ", "MAIL "}) {
      auto script = greeted(strict());
      script.say(first + "\r\n");
      script.say(verb + login + "\r\n");
      script.say(login + "\r\n");
      EXPECT_EQ(script.session.transcript().find(secret), std::string_view::npos) << script.session.transcript();
      script.session.connection_lost("gone");
      EXPECT_EQ(handler.close_transcript.find(secret), std::string::npos);
    }
  }
}

TEST_P(ServerSecrets, BehindALoginThatSucceededArgumentsAreShownAgain) {
  auto script = greeted(strict());
  EXPECT_TRUE(script.say("AUTH PLAIN AGl2YW4Ac2VjcmV0LXdvcmQ=\r\n").starts_with("235"));
  script.say("VRFY olga@b.ru\r\n");
  EXPECT_TRUE(script.session.transcript().find("C: VRFY olga@b.ru\n") != std::string_view::npos)
      << script.session.transcript();
}

}  // namespace
}  // namespace gatepost::smtp
