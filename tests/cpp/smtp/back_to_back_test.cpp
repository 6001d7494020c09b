#include "client_script.hpp"
#include "server_script.hpp"

namespace gatepost::smtp {
namespace {

/// A client session against a server session, bytes carried over in memory.
struct Pair {
  Pair(ClientOptions client_options, ServerOptions server_options, ScriptedHandler& handler)
      : options(std::move(server_options)), client(std::move(client_options)), server(options, handler, ServerPeer{}) {}

  /// Hands in `letters` as they are wanted, then quits; carries at most `portion` bytes at a time.
  std::vector<LetterOutcome> run(std::vector<ClientLetter> letters, std::size_t portion = 1 << 20) {
    std::vector<LetterOutcome> outcomes;
    std::size_t next = 0;
    for (;;) {
      while (next < letters.size() && client.wants_letter()) client.submit(std::move(letters[next++]));
      if (next == letters.size() && client.need() == Need::letter) client.quit();
      for (auto& outcome : client.take_outcomes()) outcomes.push_back(std::move(outcome));
      if (const auto out = client.output().substr(0, portion); !out.empty()) {
        ++client_writes;
        server.receive(out);
        client.consume_output(out.size());
      } else if (const auto back = server.output().substr(0, portion); !back.empty()) {
        client.receive(back);
        server.consume_output(back.size());
      } else if (client.need() == Need::start_tls && server.need() == ServerNeed::start_tls) {
        server.tls_established({"TLSv1.3", "x"});
        client.tls_established({"TLSv1.3", "x"});
      } else {
        break;
      }
    }
    EXPECT_EQ(client.need(), Need::closed);
    return outcomes;
  }

  const ServerOptions options;
  ClientSession client;
  ServerSession server;
  std::size_t client_writes = 0;
};

ClientOptions client_options(bool one_round_trip) {
  ClientOptions options;
  options.security = Security::starttls;
  options.identity.login = "ivan";
  options.identity.password = "secret-word";
  options.one_round_trip = one_round_trip;
  return options;
}

ServerOptions server_options() {
  ServerOptions options;
  options.offer_starttls = options.require_tls = options.require_auth = true;
  return options;
}

std::string odd_body(int i) {
  std::string data = "Subject: " + std::to_string(i) + "\r\n\r\n";
  for (int line = 0; line < i % 40; ++line) data += std::string(static_cast<std::size_t>(line % 4), '.') + "строка\r\n";
  if (i % 97 == 0) data += std::string(150'000, 'x') + "\r\n" + std::string(70'000, '.') + "\r\n";
  if (i % 5 == 0) data += ".\r\n";
  return data;
}

class BackToBack : public testing::TestWithParam<bool> {
 protected:
  ScriptedHandler handler;
};
INSTANTIATE_TEST_SUITE_P(, BackToBack, testing::Bool(),
                         [](const auto& way) { return way.param ? "OneRoundTrip" : "Groups"; });

TEST_P(BackToBack, ThousandLettersArriveByteForByteInOrder) {
  Pair pair(client_options(GetParam()), server_options(), handler);
  std::vector<ClientLetter> letters;
  for (int i = 0; i < 1000; ++i)
    letters.push_back(letter(static_cast<std::uint64_t>(i), {"a@b.ru", "c@d.ru"}, odd_body(i)));
  const auto outcomes = pair.run(std::move(letters));
  EXPECT_FALSE(pair.client.failure());
  EXPECT_EQ(handler.close_reason, "quit");
  ASSERT_EQ(outcomes.size(), 1000u);
  ASSERT_EQ(handler.letters.size(), 1000u);
  for (int i = 0; i < 1000; ++i) {
    const auto at = static_cast<std::size_t>(i);
    ASSERT_EQ(handler.letters[at].data, odd_body(i)) << i;
    EXPECT_EQ(handler.letters[at].envelope.rcpt_to.size(), 2u);
    EXPECT_EQ(outcomes[at].id, at);
    EXPECT_TRUE(outcomes[at].recipients[0].accepted && outcomes[at].recipients[1].accepted);
    EXPECT_EQ(outcomes[at].queue_id.size(), 10u);
  }
}

TEST_P(BackToBack, PortionsOfAnySizeGiveTheSame) {
  for (const std::size_t portion : {1u, 3u, 1000u, 65536u}) {
    handler.letters.clear();
    Pair pair(client_options(GetParam()), server_options(), handler);
    std::vector<ClientLetter> letters;
    for (int i = 1; i < 20; ++i) letters.push_back(letter(static_cast<std::uint64_t>(i), {"a@b.ru"}, odd_body(i)));
    EXPECT_EQ(pair.run(std::move(letters), portion).size(), 19u);
    ASSERT_EQ(handler.letters.size(), 19u);
    for (int i = 1; i < 20; ++i) ASSERT_EQ(handler.letters[static_cast<std::size_t>(i - 1)].data, odd_body(i));
  }
}

TEST_P(BackToBack, RefusedLettersAndRecipientsDoNotDisturbTheOthers) {
  handler.rcpt["no@b.ru"] = refuse("550 5.1.1 No such user");
  Pair pair(client_options(GetParam()), server_options(), handler);
  std::vector<ClientLetter> letters;
  for (std::uint64_t i = 0; i < 60; ++i) {
    if (i % 3 == 0) letters.push_back(letter(i, {"no@b.ru"}));
    if (i % 3 == 1) letters.push_back(letter(i, {"no@b.ru", "ok@b.ru"}));
    if (i % 3 == 2) letters.push_back(letter(i, {"ok@b.ru"}));
  }
  const auto outcomes = pair.run(std::move(letters));
  ASSERT_EQ(outcomes.size(), 60u);
  EXPECT_EQ(handler.letters.size(), 40u);
  for (const auto& outcome : outcomes) {
    for (const auto& recipient : outcome.recipients) {
      EXPECT_EQ(recipient.accepted, recipient.address == "ok@b.ru");
      if (!recipient.accepted) {
        EXPECT_EQ(recipient.failure->code, 550);
      }
    }
  }
  EXPECT_FALSE(pair.client.failure());
}

TEST_P(BackToBack, NonAsciiAndEightBitLettersPass) {
  Pair pair(client_options(GetParam()), server_options(), handler);
  const auto outcomes = pair.run({letter(1, {"иван@почта.рф"}, "Тема\r\n")});
  EXPECT_TRUE(outcomes.at(0).recipients[0].accepted);
  EXPECT_EQ(handler.letters.at(0).envelope.rcpt_to.at(0), "иван@почта.рф");
  EXPECT_EQ(handler.letters.at(0).envelope.mail_params,
            (std::vector<std::string>{"SIZE=10", "BODY=8BITMIME", "SMTPUTF8"}));
}

TEST(BackToBackCost, OneRoundTripWritesOncePerLetter) {
  ScriptedHandler handler;
  Pair pair(client_options(true), server_options(), handler);
  std::vector<ClientLetter> letters;
  for (std::uint64_t i = 0; i < 100; ++i) letters.push_back(letter(i, {"a@b.ru"}));
  EXPECT_EQ(pair.run(std::move(letters)).size(), 100u);
  const std::size_t handshake_and_quit = 4 + 1 + 1;  // EHLO, STARTTLS, EHLO, AUTH; the first group; QUIT
  EXPECT_EQ(pair.client_writes, 100 + handshake_and_quit);
}

}  // namespace
}  // namespace gatepost::smtp
