#pragma once
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gatepost/smtp/client/session.hpp"

namespace gatepost::smtp {

using Need = ClientSession::Need;

inline ClientOptions plain_options() {
  ClientOptions options;
  options.helo_name = "me.example";
  options.security = Security::none;
  return options;
}

inline ClientLetter letter(std::uint64_t id, std::vector<std::string> recipients,
                           std::string data = "Subject: x\r\n\r\nhi\r\n") {
  ClientLetter made;
  made.id = id;
  made.mail_from = "from@a.ru";
  made.rcpt_to = std::move(recipients);
  made.data = std::make_shared<const std::string>(std::move(data));
  return made;
}

/// Plays the server's part against one ClientSession: what the client is expected to write, what it is told.
class ClientScript {
 public:
  explicit ClientScript(ClientOptions options, bool byte_by_byte = false)
      : session(std::move(options)), byte_by_byte_(byte_by_byte) {}

  /// Everything the session wants to write now.
  std::string written() {
    std::string all;
    for (auto part = session.output(); !part.empty(); part = session.output()) {
      all += part;
      session.consume_output(part.size());
    }
    return all;
  }
  void expect(std::string_view wire) { EXPECT_EQ(written(), wire); }

  void say(std::string_view bytes) {
    if (!byte_by_byte_) return session.receive(bytes);
    for (const char c : bytes) session.receive(std::string_view(&c, 1));
  }

  /// Greeting and EHLO of a server that offers `extensions` ("PIPELINING", ...).
  void greet(const std::vector<std::string>& extensions) {
    expect("");
    say("220 mx.example ESMTP\r\n");
    expect("EHLO me.example\r\n");
    say(ehlo_reply(extensions));
  }
  static std::string ehlo_reply(const std::vector<std::string>& extensions) {
    std::string reply = "250-mx.example\r\n";
    for (const auto& line : extensions) reply += "250-" + line + "\r\n";
    return reply + "250 HELP\r\n";
  }

  LetterOutcome only_outcome() {
    auto all = session.take_outcomes();
    EXPECT_EQ(all.size(), 1u);
    return all.empty() ? LetterOutcome{} : std::move(all.front());
  }

  ClientSession session;

 private:
  bool byte_by_byte_;
};

/// Each test runs with the server's bytes in one piece and one at a time.
class ClientTest : public testing::TestWithParam<bool> {
 protected:
  ClientScript start(ClientOptions options = plain_options()) { return ClientScript(std::move(options), GetParam()); }
  ClientScript ready(const std::vector<std::string>& extensions, ClientOptions options = plain_options()) {
    auto script = start(std::move(options));
    script.greet(extensions);
    script.expect("");
    EXPECT_EQ(script.session.need(), Need::letter);
    return script;
  }
};

inline std::string portions(const testing::TestParamInfo<bool>& info) {
  return info.param ? "ByteByByte" : "InOnePiece";
}

}  // namespace gatepost::smtp
