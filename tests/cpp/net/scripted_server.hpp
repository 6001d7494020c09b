#pragma once
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <future>
#include <string>
#include <thread>
#include <vector>

namespace gatepost::net {

/// Says its lines one after the other, each after reading a line from the client (the first at once), then stays silent
/// until the client goes, or stops reading, or hangs up.
class ScriptedServer {
 public:
  enum class Then { stay_silent, stop_reading, hang_up };

  explicit ScriptedServer(std::vector<std::string> lines, Then then = Then::stay_silent)
      : acceptor_(context_, {boost::asio::ip::make_address("127.0.0.1"), 0}), lines_(std::move(lines)), then_(then) {
    thread_ = std::thread([this] { serve(); });
  }
  /// The client has gone by then.
  ~ScriptedServer() {
    over_.set_value();
    thread_.join();
  }
  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

 private:
  void serve() {
    boost::system::error_code error;
    auto socket = acceptor_.accept(error);
    std::string input;
    char block[4096];
    for (std::size_t i = 0; i < lines_.size() && !error; ++i) {
      boost::asio::write(socket, boost::asio::buffer(lines_[i] + "\r\n"), error);
      if (i + 1 == lines_.size()) break;
      auto end = input.find('\n');
      while (end == std::string::npos && !error) {
        input.append(block, socket.read_some(boost::asio::buffer(block), error));
        end = input.find('\n');
      }
      input.erase(0, end == std::string::npos ? end : end + 1);
    }
    if (then_ == Then::hang_up) return;
    if (then_ == Then::stop_reading) return over_.get_future().wait();
    while (!error) socket.read_some(boost::asio::buffer(block), error);
  }

  boost::asio::io_context context_;
  boost::asio::ip::tcp::acceptor acceptor_;
  std::vector<std::string> lines_;
  Then then_;
  std::promise<void> over_;
  std::thread thread_;
};

}  // namespace gatepost::net
