#pragma once
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "gatepost/net/deadline_timer.hpp"
#include "gatepost/net/guarded.hpp"
#include "gatepost/net/stream.hpp"

namespace gatepost::net {

/// The one loop that moves bytes between a socket and a sans-I/O session, client's or server's: write all output, then
/// do what the session needs. What a step throws ends the connection, as if the peer had gone. CRTP; `Derived` offers
/// shared_from_this() and
///   std::string_view next_output()          bytes to write now; stays valid until output_written()
///   void output_written(std::size_t)
///   Next next()                             asked when there is no output; sets the deadline of what follows
///   void write_blocked()                    the kernel takes no more at present; sets the deadline
///   void received(std::string_view)         also during a write, which the session's output survives
///   bool ended() const                      nothing more is to be written or read
///   static constexpr bool reads_while_writing   look for an answer while the peer takes no more
///   void start_handshake()                  for Next::start_tls; ends in handshake_over()
///   void lost(const std::string& words, const boost::system::error_code& error)
///                                           the socket is closed already; the peer is gone or TLS failed
///   void expired()                          the deadline has passed
///   void over()                             last call: the socket is closed
template <class Derived>
class SessionDriver {
 protected:
  enum class Next { read, start_tls, pause, close_now, close_gently };

  explicit SessionDriver(const Executor& executor)
      : stream_(Socket(executor)), deadline_(executor), buffer_(std::make_unique_for_overwrite<char[]>(buffer_size)) {}
  ~SessionDriver() = default;

  /// Goes on as far as it can without waiting. May be called at any time; calls from within are remembered.
  void step() {
    again_ = true;
    if (stepping_) return;
    stepping_ = true;
    while (again_ && !closed_) {
      again_ = false;
      advance();
    }
    stepping_ = false;
  }

  void arm(std::chrono::milliseconds after) {
    deadline_.arm(after, [self = self()] {
      if (self->closed_) return;
      self->guarded([&] {
        if (self->lingering_) {
          self->close();
        } else {
          self->expired();
        }
      });
    });
  }
  void disarm() { deadline_.disarm(); }

  /// Every handler of the connection runs by this.
  template <class Step>
  void guarded(const Step& step) {
    net::guarded(step, [this](const char* what) { break_off(what); });
  }

  /// Closes the socket and tells the session; over() follows.
  void lose(const std::string& words, const boost::system::error_code& error = {}) {
    if (closed_) return;
    const auto keep = self();
    close_socket();
    keep->lost(words, error);
    end();
  }
  void close() {
    if (closed_) return;
    const auto keep = self();
    close_socket();
    end();
  }

  bool closed() const { return closed_; }
  bool writing() const { return writing_; }
  Stream& stream() { return stream_; }
  Derived& derived() { return static_cast<Derived&>(*this); }

 private:
  static constexpr std::size_t buffer_size = 64 * 1024;
  static constexpr std::size_t most_drained = 1024 * 1024;
  static constexpr std::chrono::milliseconds linger{2'000};

  /// An exception came between; the session may be anywhere.
  void break_off(const char* what) {
    const auto keep = self();
    net::guarded([&] { lose(std::string("an error inside gatepost: ") + what); }, [](const char*) {});
    end();
  }

  void end() {
    if (!std::exchange(over_, true)) derived().over();
  }

  std::shared_ptr<Derived> self() { return std::static_pointer_cast<Derived>(derived().shared_from_this()); }

  void advance() {
    while (!closed_ && !writing_ && !lingering_) {
      if (const auto output = derived().next_output(); !output.empty()) {
        write(output);
        continue;
      }
      switch (derived().next()) {
        case Next::read:
          if (!reading_) read();
          return;
        case Next::start_tls:
          derived().start_handshake();
          return;
        case Next::pause:
          return;
        case Next::close_now:
          return close();
        case Next::close_gently:
          return close_gently();
      }
    }
  }

  void write(std::string_view output) {
    boost::system::error_code error;
    const auto written = stream_.try_write(output, error);
    if (!error) return derived().output_written(written);
    if (error != boost::asio::error::would_block) return write_failed(error);
    writing_ = true;
    derived().write_blocked();
    // Before the write begins: the handler of either may end the connection, never this call.
    if (Derived::reads_while_writing && !reading_) read();
    stream_.async_write_some(boost::asio::buffer(output),
                             [self = self()](const boost::system::error_code& e, std::size_t n) {
                               self->guarded([&] { self->on_written(e, n); });
                             });
  }

  void on_written(const boost::system::error_code& error, std::size_t bytes) {
    writing_ = false;
    if (closed_) return;
    if (error) return write_failed(error);
    derived().output_written(bytes);
    step();
  }

  void write_failed(const boost::system::error_code& error) {
    // A peer that hangs up in the middle of what we say has often said why.
    if (!reading_) {
      if (const auto n = stream_.try_read(buffer()); n > 0) derived().received({buffer_.get(), n});
    }
    lose(error.message(), error);
  }

  void read() {
    reading_ = true;
    stream_.async_read_some(buffer(), [self = self()](const boost::system::error_code& e, std::size_t n) {
      self->guarded([&] { self->on_read(e, n); });
    });
  }

  void on_read(const boost::system::error_code& error, std::size_t bytes) {
    reading_ = false;
    if (closed_) return;
    if (lingering_) {
      drained_ += bytes;
      return error || drained_ > most_drained ? close() : read();
    }
    if (error) return lose(peer_closed(error) ? "the connection was closed by the peer" : error.message(), error);
    derived().received({buffer_.get(), bytes});
    if (!writing_) return step();
    if (derived().ended()) return close();
    if (Derived::reads_while_writing) read();
  }

  static bool peer_closed(const boost::system::error_code& error) {
    return error == boost::asio::error::eof || error == boost::asio::ssl::error::stream_truncated;
  }

  /// Our last words must not be lost to a reset: what the peer still sends is read away until it closes too.
  void close_gently() {
    lingering_ = true;
    arm(linger);
    if (stream_.encrypted()) {
      return stream_.tls().async_shutdown(
          [self = self()](const boost::system::error_code&) { self->guarded([&] { self->close(); }); });
    }
    boost::system::error_code error;
    stream_.socket().shutdown(Socket::shutdown_send, error);
    if (error) return close();
    if (!reading_) read();
  }

  void close_socket() {
    closed_ = true;
    deadline_.cancel();
    stream_.close();
  }

  boost::asio::mutable_buffer buffer() { return {buffer_.get(), buffer_size}; }

  Stream stream_;
  DeadlineTimer deadline_;
  std::unique_ptr<char[]> buffer_;
  std::size_t drained_ = 0;
  bool reading_ = false;
  bool writing_ = false;
  bool stepping_ = false;
  bool again_ = false;
  bool lingering_ = false;
  bool closed_ = false;
  bool over_ = false;
};

}  // namespace gatepost::net
