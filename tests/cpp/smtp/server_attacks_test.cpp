#include "client_script.hpp"
#include "gatepost/core/base64.hpp"
#include "server_script.hpp"

namespace gatepost::smtp {
namespace {

using std::string_literals::operator""s;

/// What a server might take for the end of a letter, though only CRLF.CRLF is one.
const std::string fake_ends[] = {"\n.\n"s, "\n.\r\n"s, "\r\n.\n"s,       "\r.\r"s,       "\r.\r\n"s,   "\r\n.\r"s,
                                 "\n.\r"s, "\r.\n"s,   "\r\r\n.\r\r\n"s, "\r\n.\r\r\n"s, "\n\n.\n\n"s, "\n\r.\n\r"s};
/// The same without a bare CR or LF: nothing but odd lines.
const std::string nul_and_bare_lines[] = {"\r\n.\r\0\n"s, "\n\0.\n"s, "\r\0\n.\r\n"s};
const std::string nul_lines[] = {"\r\n\0.\r\n"s, "\r\n.\0\r\n"s, "\r\n\0.\0\r\n"s, "\0\r\n\0.\r\n"s};
const std::string odd_lines[] = {"\r\n . \r\n"s,
                                 "\r\n. \r\n"s,
                                 "\r\n..\r\n"s,
                                 "\xC2\x85.\xC2\x85"s,
                                 "\v.\v"s,
                                 "\f.\f"s,
                                 "\xE2\x80\xA8.\xE2\x80\xA8"s,
                                 "\r\n.\x8A\r\n"s,
                                 "\r\n\t.\r\n"s};
const std::string smuggled = "MAIL FROM:<evil@b.ru>\r\nRCPT TO:<victim@d.ru>\r\nDATA\r\nsmuggled\r\n.\r\n";

class ServerAttacks : public ServerTest {
 protected:
  /// The reply to a letter of `data`, its end included, sent as one that waits for its replies.
  std::string send(ServerScript& script, std::string_view data) {
    script.say("MAIL FROM:<a@b.ru>\r\nRCPT TO:<c@d.ru>\r\nDATA\r\n");
    EXPECT_TRUE(script.session.in_data());
    return script.say(data);
  }
};
INSTANTIATE_TEST_SUITE_P(, ServerAttacks, testing::Bool(), server_portions);

TEST_P(ServerAttacks, SmuggledLetterBehindAFakeEndIsReadToTheTrueEndAndAllIsRefused) {
  for (const auto& fake : fake_ends) {
    auto script = greeted(strict());
    EXPECT_EQ(send(script, "x" + fake + smuggled),
              "550 5.5.2 Bare CR or LF in the letter; lines end with CRLF alone\r\n")
        << testing::PrintToString(fake);
    EXPECT_EQ(script.say("NOOP\r\n"), "250 2.0.0 Ok\r\n");
    EXPECT_EQ(script.session.warnings(), std::vector<std::string>{"a bare CR or LF in a letter"});
  }
  for (const auto& fake : nul_and_bare_lines) {
    auto script = greeted(strict());
    EXPECT_TRUE(send(script, "x" + fake + smuggled).starts_with("550 5.5.2 Bare CR or LF"));
    EXPECT_EQ(script.session.warnings(),
              (std::vector<std::string>{"a bare CR or LF in a letter", "a NUL in a letter"}));
  }
  EXPECT_TRUE(handler.letters.empty());
}

TEST_P(ServerAttacks, SmuggledLetterIsPartOfTheOneThatIsAcceptedAndFlagged) {
  auto options = strict();
  options.leniency.bare_newlines = true;
  for (const auto& fake : fake_ends) {
    handler.letters.clear();
    auto script = greeted(options);
    const auto reply = send(script, "x" + fake + smuggled);
    EXPECT_TRUE(reply.starts_with("250 2.0.0 Ok")) << testing::PrintToString(fake);
    EXPECT_EQ(reply.find("\r\n"), reply.size() - 2) << "one reply";
    ASSERT_EQ(handler.letters.size(), 1u);
    EXPECT_EQ(handler.letters[0].envelope.mail_from, "a@b.ru");
    EXPECT_TRUE(handler.letters[0].envelope.bare_newlines);
    EXPECT_TRUE(handler.letters[0].data.ends_with("DATA\r\nsmuggled\r\n"));
  }
}

TEST_P(ServerAttacks, NulAroundTheDotEndsNothingAndTheWholeLetterIsRefused) {
  for (const auto& odd : nul_lines) {
    auto script = greeted(strict());
    EXPECT_EQ(send(script, "x" + odd + smuggled), "550 5.5.2 NUL in the letter\r\n") << testing::PrintToString(odd);
    EXPECT_EQ(script.say("NOOP\r\n"), "250 2.0.0 Ok\r\n");
    EXPECT_EQ(script.session.warnings(), std::vector<std::string>{"a NUL in a letter"});
  }
  EXPECT_TRUE(handler.letters.empty());
}

TEST_P(ServerAttacks, NulAroundTheDotIsPartOfTheLetterThatIsAcceptedAndFlagged) {
  auto options = strict();
  options.leniency.nul_octets = true;
  for (const auto& odd : nul_lines) {
    handler.letters.clear();
    auto script = greeted(options);
    const auto reply = send(script, "x" + odd + smuggled);
    EXPECT_TRUE(reply.starts_with("250 2.0.0 Ok")) << testing::PrintToString(odd);
    EXPECT_EQ(reply.find("\r\n"), reply.size() - 2) << "one reply";
    ASSERT_EQ(handler.letters.size(), 1u);
    EXPECT_EQ(handler.letters[0].envelope.mail_from, "a@b.ru");
    EXPECT_TRUE(handler.letters[0].envelope.nul_octets);
    EXPECT_NE(handler.letters[0].data.find('\0'), std::string::npos);
    EXPECT_TRUE(handler.letters[0].data.ends_with("DATA\r\nsmuggled\r\n"));
    EXPECT_EQ(script.session.warnings(), std::vector<std::string>{"a NUL in a letter"});
  }
}

TEST_P(ServerAttacks, NulInAChunkIsRefusedUnlessTheLetterIsBinary) {
  const auto chunk = "BDAT 10\r\nSubject: x" + "BDAT 5 LAST\r\n\r\n\0\r\n"s;
  auto text = greeted(strict());
  text.say("MAIL FROM:<a@b.ru>\r\nRCPT TO:<c@d.ru>\r\n");
  EXPECT_TRUE(text.say(chunk).ends_with("550 5.5.2 NUL in the letter\r\n"));
  EXPECT_TRUE(handler.letters.empty());
  auto binary = greeted(strict());
  binary.say("MAIL FROM:<a@b.ru> BODY=BINARYMIME\r\nRCPT TO:<c@d.ru>\r\n");
  binary.say(chunk);
  ASSERT_EQ(handler.letters.size(), 1u);
  EXPECT_TRUE(handler.letters[0].envelope.nul_octets);
  EXPECT_TRUE(binary.session.warnings().empty());
}

TEST_P(ServerAttacks, SpaceAndOtherBytesAroundTheDotEndNothingAndAreKept) {
  for (const auto& odd : odd_lines) {
    handler.letters.clear();
    auto script = greeted(strict());
    const auto reply = send(script, "x" + odd + smuggled);
    EXPECT_TRUE(reply.starts_with("250 2.0.0 Ok")) << testing::PrintToString(odd);
    EXPECT_EQ(reply.find("\r\n"), reply.size() - 2) << "one reply";
    ASSERT_EQ(handler.letters.size(), 1u);
    EXPECT_EQ(handler.letters[0].envelope.mail_from, "a@b.ru");
  }
}

TEST(OutgoingAttacks, NoFakeEndOfALetterLeavesTheClient) {
  for (const auto& ends : {std::vector(std::begin(fake_ends), std::end(fake_ends)),
                           std::vector(std::begin(nul_and_bare_lines), std::end(nul_and_bare_lines)),
                           std::vector(std::begin(nul_lines), std::end(nul_lines)),
                           std::vector(std::begin(odd_lines), std::end(odd_lines))}) {
    for (const auto& fake : ends) {
      ScriptedHandler handler;
      const ServerOptions options;
      ServerSession server(options, handler, {});
      ClientSession client(plain_options());
      client.submit(letter(1, {"c@d.ru"}, "Subject: x\r\n\r\nx" + fake + smuggled));
      std::string wire;
      for (;;) {
        if (const auto out = client.output(); !out.empty()) {
          wire += out;
          server.receive(out);
          client.consume_output(out.size());
        } else if (const auto back = server.output(); !back.empty()) {
          client.receive(back);
          server.consume_output(back.size());
        } else {
          break;
        }
      }
      ASSERT_EQ(wire.find('\0'), std::string::npos) << testing::PrintToString(fake);
      for (std::size_t i = 0; i < wire.size(); ++i) {
        ASSERT_EQ(wire[i] == '\n', i > 0 && wire[i - 1] == '\r') << testing::PrintToString(fake);
      }
      const auto outcomes = client.take_outcomes();
      ASSERT_EQ(outcomes.size(), 1u);
      EXPECT_LE(handler.letters.size(), 1u);
      for (const auto& got : handler.letters) EXPECT_EQ(got.envelope.mail_from, "from@a.ru");
      EXPECT_EQ(outcomes[0].recipients.at(0).accepted, handler.letters.size() == 1);
    }
  }
}

TEST_P(ServerAttacks, CommandsInARefusedChunkAreNotExecuted) {
  auto options = strict();
  const auto chunk = "BDAT " + std::to_string(smuggled.size()) + " LAST\r\n" + smuggled;
  auto stray = greeted(options);
  EXPECT_EQ(stray.say(chunk), "503 5.5.1 Need MAIL first\r\n");
  options.extensions.chunking = false;
  auto unasked = greeted(options);
  EXPECT_EQ(unasked.say(chunk), "502 5.5.1 BDAT is not offered\r\n");
  EXPECT_TRUE(handler.letters.empty());
}

TEST_P(ServerAttacks, CommandBehindStartTlsIsNeverExecuted) {
  auto options = strict();
  options.offer_starttls = true;
  auto script = greeted(options);
  script.say("STARTTLS\r\nMAIL FROM:<evil@b>\r\n");
  EXPECT_EQ(script.session.need(), ServerNeed::closed);
  script.session.tls_established({"TLSv1.3", "x"});
  EXPECT_EQ(script.replies(), "");
  EXPECT_EQ(script.session.need(), ServerNeed::closed);

  options.leniency.bad_pipelining = true;
  auto lenient = greeted(options);
  lenient.say("STARTTLS\r\nEHLO x\r\n");
  EXPECT_EQ(lenient.session.need(), ServerNeed::closed) << "no leniency for this";

  auto half_a_line = greeted(options);
  half_a_line.say("STARTTLS\r\nE");
  EXPECT_EQ(half_a_line.session.need(), ServerNeed::closed);
}

TEST_P(ServerAttacks, NothingOfBeforeSurvivesStartTls) {
  auto options = strict();
  options.offer_starttls = true;
  options.limits.auth_failures = 2;
  auto script = greeted(options);
  script.say("AUTH PLAIN AGl2YW4AeA==\r\n");
  script.say("AUTH PLAIN AGl2YW4Ac2VjcmV0LXdvcmQ=\r\n");
  script.say("MAIL FROM:<evil@b>\r\nRCPT TO:<c@d>\r\nBDAT 3\r\nx\r\n");
  script.say("STARTTLS\r\n");
  script.session.tls_established({"TLSv1.3", "x"});
  const auto& peer = script.session.peer();
  EXPECT_EQ(peer.user + peer.mechanism + peer.helo, "");
  EXPECT_FALSE(peer.esmtp);
  for (const std::string_view line : {"BDAT 0 LAST\r\n", "RCPT TO:<c@d>\r\n", "DATA\r\n", "MAIL FROM:<a@b>\r\n"}) {
    EXPECT_TRUE(script.say(line).starts_with("503 5.5.1")) << line;
  }
  EXPECT_TRUE(handler.letters.empty());
  script.say("EHLO x\r\n");
  EXPECT_TRUE(script.say("AUTH PLAIN AGl2YW4AeA==\r\n").ends_with("Too many failed logins\r\n"))
      << "but failures are still counted";
}

TEST_P(ServerAttacks, ControlCharactersInAnyArgumentAreRefused) {
  ServerPeer trusted;
  trusted.may_xclient = true;
  for (const std::string_view command :
       {"EHLO a", "HELO a", "MAIL FROM:<a@b", "RCPT TO:<a@b", "VRFY a", "EXPN a", "ETRN a", "NOOP a", "HELP a",
        "AUTH PLAIN a", "XCLIENT ADDR=192.0.2.1", "BDAT 1", "DATA", "RSET", "QUIT", "STARTTLS"}) {
    for (int code = 0; code < 0x20; ++code) {
      if (code == '\n') continue;
      auto script = greeted(strict(), trusted);
      const auto line = std::string(command) + static_cast<char>(code) + "x>\r\n";
      EXPECT_TRUE(script.say(line).starts_with("500 5.5.2")) << command << " " << code;
      EXPECT_EQ(script.session.peer().helo, "client.example");
      EXPECT_EQ(script.session.transcript().find(static_cast<char>(code)), std::string_view::npos);
    }
  }
  EXPECT_EQ(handler.closed, 0);
}

TEST_P(ServerAttacks, LineFeedInAnArgumentEndsTheLineAndIsWarnedAbout) {
  auto options = strict();
  options.leniency.bare_lf_commands = false;
  auto script = greeted(options);
  EXPECT_EQ(script.say("MAIL FROM:<a@b\nRCPT TO:<c@d>\r\n"),
            "500 5.5.2 A command line ends with CRLF\r\n503 5.5.1 Need MAIL first\r\n");
}

TEST_P(ServerAttacks, ControlCharactersInSaslMessagesAreNoCredentials) {
  auto script = greeted(strict());
  for (const auto& [login, password] : {std::pair("ivan\r\nX"s, "x"s), std::pair("\0\0"s, "x"s)}) {
    const auto message = base64_encode('\0' + login + '\0' + password);
    EXPECT_TRUE(script.say("AUTH PLAIN " + message + "\r\n").starts_with("501 5.5.2")) << message;
  }
  EXPECT_TRUE(handler.asked_for_auth.empty());
}

TEST_P(ServerAttacks, LinesOfEightKilobytesAreRefusedWhateverTheySay) {
  const std::string long_word(8192, 'x');
  for (const std::string_view begin :
       {"EHLO ", "MAIL FROM:<", "RCPT TO:<", "NOOP ", "VRFY ", "ETRN ", "XYZZY", "BDAT "}) {
    auto script = greeted(strict());
    EXPECT_EQ(script.say(std::string(begin) + long_word + "\r\n"), "500 5.5.2 Line too long\r\n") << begin;
    EXPECT_EQ(script.say("RSET\r\n"), "250 2.0.0 Ok\r\n");
    EXPECT_LT(script.session.transcript().size(), 4096u);
  }
}

TEST_P(ServerAttacks, LineWithoutAnEndIsThrownAwayAsItComes) {
  auto script = greeted(strict());
  for (int i = 0; i < 100; ++i) EXPECT_EQ(script.say(std::string(10'000, 'x')), "");
  EXPECT_EQ(script.say("\r\n"), "500 5.5.2 Line too long\r\n");
  EXPECT_EQ(script.say("RSET\r\n"), "250 2.0.0 Ok\r\n");
}

TEST_P(ServerAttacks, BrowserThatPostsSmtpCommandsIsCutOffAtItsFirstLine) {
  auto script = start(strict());
  script.replies();
  EXPECT_EQ(script.say("POST / HTTP/1.1\r\nHost: localhost:25\r\n\r\nEHLO x\r\n" + smuggled), "");
  EXPECT_EQ(script.session.need(), ServerNeed::closed);
  EXPECT_EQ(handler.close_reason, "HTTP request");
  EXPECT_EQ(handler.warnings, std::vector<std::string>{"an HTTP request"});
  EXPECT_TRUE(handler.letters.empty());
}

TEST_P(ServerAttacks, GuessedPasswordsEndTheSession) {
  auto options = strict();
  options.limits.auth_failures = 3;
  auto script = greeted(options);
  const std::string wrong = "535 5.7.8 Incorrect login or password\r\n";
  EXPECT_EQ(script.say("AUTH PLAIN AGl2YW4AeA==\r\n"), wrong);
  script.say("AUTH LOGIN\r\n");
  script.say("aXZhbg==\r\n");
  EXPECT_EQ(script.say("eA==\r\n"), wrong);
  EXPECT_EQ(script.say("AUTH PLAIN AGl2YW4AeA==\r\n"), wrong + "421 4.7.0 sink.example Too many failed logins\r\n");
  EXPECT_EQ(script.session.need(), ServerNeed::closed);
  EXPECT_EQ(handler.close_reason, "too many failed logins");
  EXPECT_EQ(handler.asked_for_auth.size(), 3u);
}

TEST_P(ServerAttacks, GuessedPasswordsEndTheSessionBehindTheHandlersDelay) {
  auto options = strict();
  options.limits.auth_failures = 1;
  handler.auth = {Verdict::Action::refuse, "535 5.7.8 Wait", std::chrono::milliseconds(5)};
  auto script = greeted(options);
  EXPECT_EQ(script.say("AUTH PLAIN AGl2YW4Ac2VjcmV0LXdvcmQ=\r\n"), "");
  script.session.resume();
  EXPECT_EQ(script.replies(), "535 5.7.8 Wait\r\n421 4.7.0 sink.example Too many failed logins\r\n");
  EXPECT_EQ(script.session.need(), ServerNeed::closed);
}

TEST_P(ServerAttacks, CancelledAndBrokenLoginsEndTheSessionAsErrors) {
  auto options = strict();
  options.limits.errors = 10;
  for (const std::string_view answer : {"*\r\n", "!!!\r\n", "=\r\n", "AA\r\n", "aXZhbg==\r\n"}) {
    auto script = greeted(options);
    int rounds = 0;
    while (script.session.need() != ServerNeed::closed && rounds < 100) {
      ++rounds;
      script.say("AUTH PLAIN\r\n");
      script.say(answer);
    }
    EXPECT_EQ(rounds, 10) << answer;
  }
  EXPECT_TRUE(handler.asked_for_auth.empty());
}

TEST_P(ServerAttacks, ProxyHeaderFromNobodysProxyIsNoCommand) {
  auto script = greeted(strict());
  EXPECT_TRUE(script.say("PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n").starts_with("500 5.5.2"));
  EXPECT_EQ(script.session.peer().address, "");
}

TEST_P(ServerAttacks, OversizedProxyHeaderIsClosedWithoutAWord) {
  ServerPeer proxied;
  proxied.speaks_proxy = true;
  for (const auto& bytes :
       {"PROXY UNKNOWN " + std::string(10'000, 'x'), "PROXY TCP4 " + std::string(10'000, '1') + "\r\n",
        "\r\n\r\n\0\r\nQUIT\n\x21\x11\xFF\xFF"s, "\r\n\r\n\0\r\nQUIT\n\x20\x00\x02\x09"s}) {
    auto script = start(strict(), proxied);
    EXPECT_EQ(script.say(bytes), "");
    EXPECT_EQ(script.session.need(), ServerNeed::closed);
  }
}

TEST_P(ServerAttacks, ChunkSizeThatOverflowsEndsTheSession) {
  for (const std::string_view size : {"18446744073709551616", "99999999999999999999999999", "-1", "4294967296x"}) {
    auto script = greeted(strict());
    script.say("MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\n");
    EXPECT_TRUE(script.say("BDAT " + std::string(size) + " LAST\r\n" + smuggled).starts_with("501 5.5.4")) << size;
    EXPECT_EQ(script.session.need(), ServerNeed::closed);
  }
  EXPECT_TRUE(handler.letters.empty());
}

TEST_P(ServerAttacks, LargestChunkSizeIsReadAwayWhateverCameBefore) {
  auto script = greeted(strict());
  script.say("MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nBDAT 10\r\n12345678\r\n");
  EXPECT_EQ(script.say("BDAT 18446744073709551615 LAST\r\n" + smuggled), "");
  EXPECT_TRUE(script.session.in_data());
  for (int i = 0; i < 100; ++i) script.session.receive(std::string(100'000, 'x'));
  EXPECT_EQ(script.session.letter_bytes_read(), 10 + smuggled.size() + 10'000'000);
  script.session.timed_out();
  EXPECT_TRUE(script.replies().starts_with("421 4.4.2"));
  EXPECT_TRUE(handler.letters.empty());
}

TEST_P(ServerAttacks, EndlessRsetNoopOrMailEndsTheSession) {
  for (const std::string_view endless :
       {"RSET\r\n", "NOOP\r\n", "MAIL FROM:<a@b>\r\nRSET\r\n", "HELP\r\n", "EHLO x\r\n", "VRFY x\r\n", "ETRN x\r\n"}) {
    auto script = greeted(strict());
    int rounds = 0;
    std::string reply;
    while (script.session.need() != ServerNeed::closed && rounds < 1000) {
      ++rounds;
      reply = script.say(endless);
    }
    EXPECT_LE(rounds, 100) << endless;
    EXPECT_TRUE(reply.ends_with("421 4.7.0 sink.example Too many commands without a letter\r\n")) << endless;
  }
}

}  // namespace
}  // namespace gatepost::smtp
