#pragma once
#include <gmock/gmock.h>

#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <string>
#include <thread>

#include "gatepost/net/asio.hpp"

namespace gatepost::net {

/// A client that says what a test wants, blocking.
class RawClient {
 public:
  explicit RawClient(std::uint16_t port, const char* from = "127.0.0.1") {
    socket_.open(Tcp::v4());
    socket_.bind(Tcp::endpoint(boost::asio::ip::make_address(from), 0));
    socket_.connect(Tcp::endpoint(boost::asio::ip::make_address("127.0.0.1"), port));
  }
  explicit RawClient(const std::string& unix_path) { socket_.connect(Unix::endpoint(unix_path)); }
  void say(const std::string& text) {
    boost::system::error_code error;
    boost::asio::write(socket_, boost::asio::buffer(text), error);
  }
  std::string line() {
    std::string text;
    char c = 0;
    boost::system::error_code error;
    while (c != '\n' && socket_.read_some(boost::asio::buffer(&c, 1), error) == 1) text += c;
    return text;
  }
  /// What is answered to a command, all its lines.
  std::string ask(const std::string& command) {
    say(command + "\r\n");
    std::string all;
    std::string last;
    do {
      last = line();
      all += last;
    } while (last.size() > 3 && last[3] == '-');
    return all;
  }
  /// Up to the point where the letter's bytes are waited for.
  void begin_letter() {
    line();
    ask("EHLO me");
    ask("MAIL FROM:<a@example.org>");
    ask("RCPT TO:<b@example.org>");
    EXPECT_THAT(ask("DATA"), testing::StartsWith("354"));
  }
  /// All that is said until the server hangs up.
  std::string rest() {
    std::string text;
    boost::system::error_code error;
    boost::asio::read(socket_, boost::asio::dynamic_buffer(text), error);
    return text;
  }
  /// Says it over and over, until the server does not hear it any more.
  std::jthread drip(std::string text, std::chrono::milliseconds pause) {
    return std::jthread([this, text = std::move(text), pause] {
      boost::asio::io_context context;
      boost::asio::basic_waitable_timer<std::chrono::steady_clock> timer(context);
      for (boost::system::error_code gone; !gone;) {
        boost::asio::write(socket_, boost::asio::buffer(text), gone);
        timer.expires_after(pause);
        timer.wait();
      }
    });
  }
  AnyStream::socket& socket() { return socket_; }

 private:
  boost::asio::io_context context_;
  AnyStream::socket socket_{context_};
};

}  // namespace gatepost::net
