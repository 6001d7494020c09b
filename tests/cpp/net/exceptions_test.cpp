// What throws in a handler ends its connection, and nothing else.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <new>

#include "handler.hpp"

namespace gatepost::net {
namespace {

using testing::HasSubstr;

class BrokenHandler final : public smtp::ServerHandler {
 public:
  smtp::Verdict on_rcpt(const smtp::ServerPeer&, const smtp::ServerEnvelope&, const smtp::ServerRecipient&) override {
    if (broken) throw std::bad_alloc();
    return {};
  }
  std::atomic<bool> broken{true};
};

TEST(Exceptions, AServersHandlerThatThrowsCostsItsOwnConnectionAlone) {
  BrokenHandler handler;
  IoThread thread;
  auto listener = *Listener::open(thread.context(), {}, handler);
  ConnectOptions options;
  options.targets = {{"127.0.0.1", listener->port()}};
  options.session.security = smtp::Security::none;
  for (const bool broken : {true, false}) {
    handler.broken = broken;
    Owner owner({letter_of(1)});
    const auto connection = ClientConnection::open(thread.context(), options, owner);
    const auto end = owner.end();
    ASSERT_EQ(end.outcomes.size(), 1U);
    EXPECT_EQ(end.outcomes[0].recipients.at(0).accepted, !broken);
  }
  std::promise<void> closed;
  boost::asio::post(thread.context(), [&] {
    listener->close();
    closed.set_value();
  });
  closed.get_future().wait();
  listener.reset();
}

class BrokenOwner final : public ConnectionOwner {
 public:
  std::optional<smtp::ClientLetter> next_letter(ClientConnection&) override {
    if (in_next) throw std::runtime_error("no letter today");
    if (std::exchange(given_, true)) return std::nullopt;
    return letter_of(1);
  }
  void letters_done(ClientConnection&, std::vector<smtp::LetterOutcome>) override { throw std::bad_alloc(); }
  void closed(ClientConnection&, const std::optional<codes::Failure>& failure) override { end.set_value(failure); }

  bool in_next = false;
  std::promise<std::optional<codes::Failure>> end;

 private:
  bool given_ = false;
};

TEST(Exceptions, AnOwnerThatThrowsIsToldOfTheEndOfItsConnectionOnce) {
  Server server;
  for (const bool in_next : {true, false}) {
    IoThread thread;
    BrokenOwner owner;
    owner.in_next = in_next;
    const auto connection = ClientConnection::open(thread.context(), plain(server), owner);
    const auto failure = owner.end.get_future().get();
    ASSERT_TRUE(failure);
    EXPECT_THAT(failure->message, HasSubstr(in_next ? "no letter today" : "bad_alloc"));
  }
}

TEST(Exceptions, AHandlerThatThrowsDoesNotEndItsThread) {
  IoThread thread;
  boost::asio::post(thread.context(), [] { throw std::bad_alloc(); });
  std::promise<void> next;
  boost::asio::post(thread.context(), [&] { next.set_value(); });
  next.get_future().wait();
}

}  // namespace
}  // namespace gatepost::net
