#include "gatepost/net/server_connection.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <array>

namespace gatepost::net {

using smtp::ServerSession;

namespace {

/// Whether the handshake failed because the first bytes were those of no TLS record.
bool was_no_tls(const boost::system::error_code& error) {
  if (error.category() != boost::asio::error::get_ssl_category()) return false;
  switch (ERR_GET_REASON(static_cast<unsigned long>(error.value()))) {
    case SSL_R_WRONG_VERSION_NUMBER:
    case SSL_R_HTTP_REQUEST:
    case SSL_R_HTTPS_PROXY_REQUEST:
      return true;
    default:
      return false;
  }
}

}  // namespace

ServerConnection::ServerConnection(const Executor& executor, std::shared_ptr<const ServerContext> context,
                                   std::shared_ptr<ServerTls> tls, smtp::ServerPeer peer, Admission admission)
    : SessionDriver(executor),
      context_(std::move(context)),
      tls_(std::move(tls)),
      session_(context_->options.session, context_->handler, std::move(peer), std::move(admission)),
      pace_(context_->options.letter_deadline, context_->options.min_letter_rate, context_->options.rate_window),
      pause_timer_(executor) {}

void ServerConnection::start(Socket socket, OnOver on_over) {
  on_over_ = std::move(on_over);
  moment_ = context_->options.session.now();
  stream().adopt(std::move(socket));
  guarded([this] { step(); });
}

void ServerConnection::drop() {
  on_over_ = nullptr;
  session_.shut_down();
  if (!writing() && !handshaking_) {
    boost::system::error_code ignored;
    stream().try_write(session_.output(), ignored);
  }
  lose("the server was closed");
}

void ServerConnection::decide(const smtp::Verdict& verdict) {
  if (closed() || session_.need() != ServerSession::Need::decision) return;
  guarded([&] {
    session_.decide(verdict);
    step();
  });
}

// Who has talked before the first word of ours did not wait for the greeting.
std::string_view ServerConnection::next_output() {
  if (!listened_ && !session_.output().empty()) hear_early_talk();
  if (!session_.output().empty()) moment_ = context_->options.session.now();
  return session_.output();
}

void ServerConnection::output_written(std::size_t bytes) {
  session_.consume_output(bytes);
  answered_ = true;
  if (session_.output().empty()) output_begun_ = false;
}

SessionDriver<ServerConnection>::Next ServerConnection::next() {
  switch (session_.need()) {
    case ServerSession::Need::read:
      if (const auto rest = rest_after_reading(); rest.count() > 0) {
        pause(rest);
        return Next::pause;
      }
      arm_for_input();
      return Next::read;
    case ServerSession::Need::start_tls:
      return Next::start_tls;
    case ServerSession::Need::wait:
      pause(session_.wait_for());
      return Next::pause;
    case ServerSession::Need::decision:
      disarm();
      interrupted_ = true;
      return Next::pause;
    case ServerSession::Need::closed:
      break;
  }
  if (!session_.resets()) return Next::close_gently;
  stream().reset_on_close();
  return Next::close_now;
}

void ServerConnection::received(std::string_view bytes) {
  moment_ = context_->options.session.now();
  session_.receive(bytes);
  if (session_.letter_rate() > 0 && session_.in_data()) unrested_ += bytes.size();
}

/// For how long nothing more of a letter is read.
std::chrono::milliseconds ServerConnection::rest_after_reading() {
  const auto bytes = std::exchange(unrested_, 0);
  return bytes > 0 ? std::chrono::milliseconds(bytes * 1000 / session_.letter_rate()) : std::chrono::milliseconds(0);
}

void ServerConnection::write_blocked() {
  // The first blocked write sets it; a peer that takes a byte now and then does not move it.
  if (!std::exchange(output_begun_, true)) arm(context_->options.write_deadline);
  interrupted_ = true;
}

void ServerConnection::arm_for_input() {
  const bool answered = std::exchange(answered_, false);
  const bool interrupted = std::exchange(interrupted_, false);
  const std::size_t letter = session_.in_data() ? session_.letters() : 0;
  const bool other = letter != std::exchange(letter_coming_, letter);
  if (letter > 0) {
    if (!other && !interrupted) return;  // replies to its chunks are no progress
    const auto now = LetterPace::Clock::now();
    if (other) pace_.begin(now, session_.letter_bytes_read());
    arm_for_letter(now);
  } else if (other || interrupted || answered) {
    arm(context_->options.command_deadline);
  }
}

void ServerConnection::arm_for_letter(LetterPace::Clock::time_point now) {
  arm(std::max(std::chrono::ceil<LetterPace::Time>(pace_.next_look() - now), LetterPace::Time(0)));
}

void ServerConnection::start_handshake() {
  arm(context_->options.command_deadline);
  handshaking_ = true;
  if (!commit(context_->handler.on_tls(session_.peer()))) return;
  auto& tls = stream().start_tls(tls_->context());
  // What came right behind a PROXY header is the client's already.
  tls.async_handshake(boost::asio::ssl::stream_base::server, boost::asio::buffer(session_.tls_input()),
                      [self = shared_from_this()](const boost::system::error_code& error, std::size_t) {
                        self->guarded([&] { self->handshake_over(error); });
                      });
}

bool ServerConnection::commit(const smtp::TlsVerdict& verdict) {
  using Fault = smtp::TlsFault;
  switch (verdict.fault) {
    case Fault::none:
      return true;
    case Fault::stall:
      return false;
    case Fault::close:
      lose("closed by rule in the TLS handshake");
      return false;
    case Fault::junk: {
      boost::system::error_code ignored;
      stream().try_write("HTTP/1.1 400 Bad Request\r\n\r\n", ignored);
      return true;
    }
    case Fault::expired:
    case Fault::wrong_name:
    case Fault::self_signed:
    case Fault::old_version:
      break;
  }
  auto faulty = tls_->with_fault(context_->options, verdict);
  if (!faulty) {
    lose("TLS: " + faulty.error());
    return false;
  }
  tls_ = *std::move(faulty);
  return true;
}

void ServerConnection::handshake_over(const boost::system::error_code& error) {
  if (closed()) return;
  handshaking_ = false;
  if (error) {
    session_.tls_failed("TLS: " + error.message(), was_no_tls(error));
    return lose("TLS: " + error.message());
  }
  session_.tls_established(tls_facts(stream().tls().native_handle()));
  interrupted_ = true;
  step();
}

void ServerConnection::expired() {
  if (handshaking_) return lose("timeout in the TLS handshake");
  if (writing()) return lose("timeout: the client does not read");
  if (letter_coming_ > 0) {
    const auto now = LetterPace::Clock::now();
    if (pace_.look(now, session_.letter_bytes_read())) return arm_for_letter(now);
  }
  session_.timed_out();
  step();
}

void ServerConnection::pause(std::chrono::milliseconds time) {
  disarm();
  interrupted_ = true;
  pausing_ = true;
  pause_ends_ = moment_ + time;
  if (context_->options.session.now() >= pause_ends_) time = std::chrono::milliseconds(0);  // the clock was moved since
  arm_pause(time);
}

void ServerConnection::arm_pause(std::chrono::milliseconds time) {
  pause_timer_.expires_after(time);
  pause_timer_.async_wait([self = shared_from_this()](const boost::system::error_code& error) {
    if (!error && !self->closed()) self->pause_over();
  });
}

void ServerConnection::clock_moved() {
  if (closed() || !pausing_) return;
  const auto rest = pause_ends_ - context_->options.session.now();
  arm_pause(std::max(std::chrono::ceil<std::chrono::milliseconds>(rest), std::chrono::milliseconds(0)));
}

void ServerConnection::pause_over() {
  pausing_ = false;
  guarded([this] {
    if (!listened_) hear_early_talk();
    session_.resume();
    step();
  });
}

/// Looks once whether there is something to read.
void ServerConnection::hear_early_talk() {
  listened_ = true;
  std::array<char, 512> block;
  if (const auto n = stream().try_read(boost::asio::buffer(block)); n > 0) session_.receive({block.data(), n});
}

void ServerConnection::over() {
  pause_timer_.cancel();
  if (const auto on_over = std::exchange(on_over_, nullptr)) on_over(session_.peer().session_id);
}

}  // namespace gatepost::net
