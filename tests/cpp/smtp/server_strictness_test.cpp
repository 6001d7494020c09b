#include <functional>

#include "server_script.hpp"

namespace gatepost::smtp {
namespace {

using Warnings = std::vector<std::string>;

class ServerStrictness : public ServerTest {};
INSTANTIATE_TEST_SUITE_P(, ServerStrictness, testing::Bool(), server_portions);

TEST_P(ServerStrictness, InputBeforeTheGreetingEndsTheSession) {
  auto script = start(strict());
  EXPECT_EQ(script.say("EHLO x\r\n"),
            "220 sink.example ESMTP gatepost\r\n"
            "554 5.5.0 SMTP protocol synchronization: input before the greeting\r\n");
  EXPECT_EQ(script.session.need(), ServerNeed::closed);
  EXPECT_EQ(handler.warnings, Warnings{"input before the greeting"});
}

TEST_P(ServerStrictness, InputBeforeADelayedGreetingIsNotEvenGreeted) {
  handler.connect.delay = std::chrono::milliseconds(5);
  auto script = start(strict());
  EXPECT_TRUE(script.say("EHLO x\r\n").starts_with("554 5.5.0"));
  EXPECT_EQ(script.session.need(), ServerNeed::closed);
}

TEST_P(ServerStrictness, InputBeforeTheGreetingIsServedWhereAllowed) {
  auto options = strict();
  options.leniency.early_talk = true;
  handler.connect.delay = std::chrono::milliseconds(5);
  auto script = start(options);
  EXPECT_EQ(script.say("HELO x\r\n"), "");
  script.session.resume();
  EXPECT_EQ(script.replies(), "220 sink.example ESMTP gatepost\r\n250 sink.example\r\n");
  EXPECT_EQ(script.session.warnings(), Warnings{"input before the greeting"});
}

TEST_P(ServerStrictness, InputBehindACommandThatMustBeTheLastEndsTheSession) {
  handler.knows_passwords = true;
  for (const std::string_view command :
       {"EHLO x", "HELO x", "NOOP", "VRFY x", "EXPN x", "AUTH PLAIN AGl2YW4Ac2VjcmV0LXdvcmQ=", "AUTH CRAM-MD5"}) {
    const auto verb = std::string(command.substr(0, 4));
    auto script = greeted(strict());
    const auto reply = script.say(std::string(command) + "\r\nMAIL FROM:<a@b>\r\n");
    EXPECT_TRUE(
        reply.ends_with("554 5.5.0 SMTP protocol synchronization: input behind " + verb + " before its reply\r\n"))
        << reply;
    EXPECT_EQ(script.session.need(), ServerNeed::closed) << command;
    EXPECT_EQ(handler.warnings, Warnings{"input behind " + verb + " before its reply"});
  }
}

TEST_P(ServerStrictness, LetterBehindDataBeforeItsReplyEndsTheSession) {
  auto script = greeted(strict());
  const auto reply = script.say("MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\nx\r\n.\r\n");
  EXPECT_TRUE(reply.ends_with("554 5.5.0 SMTP protocol synchronization: input behind DATA before its reply\r\n"));
  EXPECT_TRUE(handler.letters.empty());
}

TEST_P(ServerStrictness, GroupsAcrossLettersAreWhatPipeliningIsFor) {
  handler.letter = {Verdict::Action::accept, "250 Kept", {}};
  auto script = greeted(strict());
  const std::string group = "MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n";
  script.say(group);
  EXPECT_EQ(script.say("x\r\n.\r\n" + group),
            "250 Kept\r\n250 2.1.0 Ok\r\n250 2.1.5 Ok\r\n354 End data with <CR><LF>.<CR><LF>\r\n");
  EXPECT_EQ(script.say("y\r\n.\r\nQUIT\r\n"), "250 Kept\r\n221 2.0.0 Bye\r\n");
  EXPECT_EQ(handler.warnings, Warnings{});
}

TEST_P(ServerStrictness, WithoutPipeliningEveryCommandWaitsForItsReply) {
  auto options = strict();
  options.extensions.pipelining = false;
  auto script = greeted(options);
  EXPECT_TRUE(script.say("MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\n").starts_with("250 2.1.0 Ok\r\n554 5.5.0"));
  auto helo = start(strict());
  helo.replies();
  helo.say("HELO x\r\n");
  EXPECT_TRUE(helo.say("RSET\r\nRSET\r\n").starts_with("250 2.0.0 Ok\r\n554 5.5.0"));
}

TEST_P(ServerStrictness, BadPipeliningIsServedAndWarnedAboutOnceForEachCommandWhereAllowed) {
  auto script = greeted();
  script.say("NOOP\r\nNOOP\r\nNOOP\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n.\r\n");
  EXPECT_EQ(handler.letters.size(), 1u);
  EXPECT_EQ(script.session.warnings(),
            (Warnings{"input behind NOOP before its reply", "input behind DATA before its reply"}));
}

struct Rule {
  std::string_view name;
  std::string_view line;
  std::string_view refusal;
  std::string_view warning;
  std::function<void(Leniency&, bool)> set;
};

TEST_P(ServerStrictness, EachRuleIsHeldOrLetPassAndEitherWayWarnedAbout) {
  const Rule rules[] = {{"brackets", "MAIL FROM:a@b SIZE=1\r\n", "501 5.5.2", "MAIL without angle brackets",
                         [](auto& l, bool on) { l.missing_brackets = on; }},
                        {"spaces", "MAIL FROM: <a@b>\r\n", "501 5.5.2", "MAIL with a space before the address",
                         [](auto& l, bool on) { l.spaces_in_path = on; }},
                        {"spaces before the colon", "MAIL FROM :<a@b>\r\n", "501 5.5.2",
                         "MAIL with a space before the address", [](auto& l, bool on) { l.spaces_in_path = on; }},
                        {"parameters", "MAIL FROM:<a@b> XYZ=1\r\n", "555 5.5.4", "unknown parameters",
                         [](auto& l, bool on) { l.unknown_parameters = on; }},
                        {"bare LF", "MAIL FROM:<a@b>\n", "500 5.5.2", "a command line that ends with LF alone",
                         [](auto& l, bool on) { l.bare_lf_commands = on; }},
                        {"HELO of a path", "EHLO <x>\r\n", "501 5.5.4", "EHLO with an invalid name",
                         [](auto& l, bool on) { l.bad_helo = on; }},
                        {"HELO of half a literal", "HELO [x\r\n", "501 5.5.4", "HELO with an invalid name",
                         [](auto& l, bool on) { l.bad_helo = on; }},
                        {"HELO", "EHLO under score\r\n", "501 5.5.4", "EHLO with an invalid name",
                         [](auto& l, bool on) { l.bad_helo = on; }}};
  for (const auto& rule : rules) {
    auto options = strict();
    rule.set(options.leniency, false);
    auto held = greeted(options);
    EXPECT_TRUE(held.say(rule.line).starts_with(rule.refusal)) << rule.name;
    EXPECT_EQ(held.session.warnings(), Warnings{std::string(rule.warning)});
    EXPECT_EQ(held.session.need(), ServerNeed::read);

    rule.set(options.leniency, true);
    auto let_pass = greeted(options);
    EXPECT_TRUE(let_pass.say(rule.line).starts_with("250")) << rule.name;
    EXPECT_EQ(let_pass.session.warnings(), Warnings{std::string(rule.warning)});
  }
}

TEST_P(ServerStrictness, DomainsAndAddressLiteralsAreNamesForEhlo) {
  for (const std::string_view name :
       {"x", "my_host", "a.b-c.example", "1.2.3.4", "[1.2.3.4]", "[IPv6:::1]", "[x:y/z]"}) {
    auto script = greeted(strict());
    EXPECT_TRUE(script.say("EHLO " + std::string(name) + "\r\n").starts_with("250")) << name;
    EXPECT_EQ(script.session.warnings(), Warnings{});
  }
}

TEST_P(ServerStrictness, LetterThatIsNotAsItsEnvelopeSaysIsTakenAndWarnedAbout) {
  struct Case {
    std::string_view mail;
    std::string letter;
    Warnings warnings;
  };
  const Warnings eight_bit{"8-bit octets without BODY=8BITMIME"};
  const Case cases[] = {
      {"", "Subject: x\r\n\r\nplain\r\n", {}},
      {"", "Subject: x\r\n\r\n\xFF\r\n", eight_bit},
      {" BODY=7BIT", "Subject: \xD0\x9F\r\n\r\n\r\n", eight_bit},
      {" BODY=8BITMIME", "Subject: x\r\n\r\n\xFF\r\n", {}},
      {" BODY=BINARYMIME", "Subject: x\r\n\r\n\xFF\n" + std::string(2000, 'x'), {}},
      {" SMTPUTF8", "Subject: \xD0\x9F\r\n\r\nplain\r\n", {}},
      {" SMTPUTF8", "Subject: \xD0\x9F\r\n\r\n\xD0\x9F\r\n", eight_bit},
      {"", std::string(998, 'x') + "\r\n", {}},
      {"", std::string(999, 'x') + "\r\n", {"a line over 1000 octets in a letter"}},
      {" SIZE=12", "Subject: x\r\n", {}},
      {" SIZE=11", "Subject: x\r\n", {"a letter larger than its SIZE"}},
      {" SIZE=0", "Subject: x\r\n", {}},
  };
  for (const auto& [mail, letter, warnings] : cases) {
    for (const bool chunked : {false, true}) {
      if (!chunked && mail == " BODY=BINARYMIME") continue;
      handler.letters.clear();
      auto script = greeted(strict());
      script.say("MAIL FROM:<a@b>" + std::string(mail) + "\r\nRCPT TO:<c@d>\r\n");
      if (chunked) {
        script.say("BDAT " + std::to_string(letter.size()) + " LAST\r\n" + letter);
      } else {
        script.say("DATA\r\n");
        script.say(letter + ".\r\n");
      }
      ASSERT_EQ(handler.letters.size(), 1u) << mail << letter;
      EXPECT_EQ(handler.letters[0].data, letter);
      EXPECT_EQ(script.session.warnings(), warnings) << mail << letter << chunked;
    }
  }
}

TEST_P(ServerStrictness, LocalPartOverSixtyFourOctetsIsTakenAndWarnedAbout) {
  for (const std::string_view command : {"MAIL FROM:<", "RCPT TO:<"}) {
    for (const std::size_t size : {64u, 65u}) {
      auto script = greeted(strict());
      if (command.starts_with("RCPT")) script.say("MAIL FROM:<a@b>\r\n");
      EXPECT_TRUE(script.say(std::string(command) + std::string(size, 'a') + "@b.ru>\r\n").starts_with("250"));
      EXPECT_EQ(script.session.warnings(), size > 64 ? Warnings{"a local part over 64 octets"} : Warnings{});
    }
  }
}

TEST_P(ServerStrictness, RecipientWithoutBracketsKeepsItsParameters) {
  auto options = strict();
  options.leniency.missing_brackets = options.leniency.unknown_parameters = true;
  auto script = greeted(options);
  script.say("MAIL FROM:<>\r\n");
  EXPECT_EQ(script.say("RCPT TO: c@d NOTIFY=NEVER X\r\n"), "250 2.1.5 Ok\r\n");
  script.say("DATA\r\n");
  script.say(".\r\n");
  EXPECT_EQ(handler.letters.at(0).envelope.rcpt_to, Warnings{"c@d"});
  EXPECT_EQ(handler.letters.at(0).envelope.rcpt_params.at(0), (Warnings{"NOTIFY=NEVER", "X"}));
  EXPECT_TRUE(script.say("MAIL FROM:\r\n").starts_with("501 5.5.2")) << "nothing is no address";
}

TEST_P(ServerStrictness, BadHeloNameIsKeptWhereAllowedEvenIfEmpty) {
  auto options = strict();
  options.leniency.bad_helo = true;
  auto script = start(options);
  script.replies();
  EXPECT_TRUE(script.say("HELO\r\n").starts_with("250"));
  EXPECT_TRUE(script.say("MAIL FROM:<a@b>\r\n").starts_with("250"));
}

TEST_P(ServerStrictness, CommandsOutOfOrderAreRefusedAndWarnedAbout) {
  for (const std::string_view line : {"RCPT TO:<a@b>\r\n", "DATA\r\n", "BDAT 0\r\n"}) {
    auto script = greeted(strict());
    EXPECT_TRUE(script.say(line).starts_with("503 5.5.1")) << line;
    EXPECT_EQ(script.session.warnings(), Warnings{"commands out of order"});
  }
}

TEST_P(ServerStrictness, LetterWithBareNewlinesIsFlaggedWhereAllowed) {
  auto options = strict();
  options.leniency.bare_newlines = true;
  auto script = greeted(options);
  for (const std::string_view data : {"a\nb\r\n.\r\n", "ab\r\n.\r\n"}) {
    script.say("MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n");
    EXPECT_TRUE(script.say(data).starts_with("250"));
  }
  EXPECT_TRUE(handler.letters.at(0).envelope.bare_newlines);
  EXPECT_FALSE(handler.letters.at(1).envelope.bare_newlines);
  EXPECT_EQ(script.session.warnings(), Warnings{"a bare CR or LF in a letter"});
}

TEST_P(ServerStrictness, WarningsAreBoundedAndComeWithTheEnd) {
  auto options = strict();
  options.limits.warnings = 2;
  auto script = greeted(options);
  script.say("XYZZY\r\n");
  script.say("DATA\r\n");
  script.say("MAIL FROM:a@b\r\n");
  script.say("QUIT\r\n");
  EXPECT_EQ(handler.warnings, (Warnings{"unknown commands", "commands out of order"}));
  EXPECT_EQ(script.session.warnings(), handler.warnings);
}

}  // namespace
}  // namespace gatepost::smtp
