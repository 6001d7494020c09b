#pragma once
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gatepost/codes/phase.hpp"
#include "gatepost/smtp/client_session.hpp"  // TlsFacts

namespace gatepost::smtp {

struct ServerOptions {
  std::string host_name = "localhost";
  bool offer_starttls = false;  ///< a certificate is there
  bool implicit_tls = false;
  bool require_tls = false;  ///< 530 5.7.0 before STARTTLS
  bool offer_auth = true;
  bool require_auth = false;     ///< 530 5.7.0 before AUTH
  bool auth_without_tls = true;  ///< a test sink on loopback; AUTH is announced in the clear
  std::uint64_t max_message_bytes = 30u << 20;
  std::size_t max_recipients = 1000;
  std::size_t max_line_bytes = 2048;             ///< a command line; longer is 500 5.5.2
  std::size_t max_errors = 50;                   ///< then 421 4.7.0 and the end
  std::size_t max_transcript_bytes = 32 * 1024;  ///< 0: no transcript is kept at all
  bool accept_bare_newlines = false;  ///< true: a bare CR or LF in the data is kept instead of refused with 550 5.5.2
};

/// What a handler decides on a step. The default is the ordinary positive reply.
struct Verdict {
  enum class Action : std::uint8_t {
    accept,   ///< the ordinary reply, or `reply` where set (a 2xx)
    refuse,   ///< `reply`, e.g. "550 5.1.1 No such user"; several lines are joined by "\n"
    discard,  ///< on_letter and on_rcpt only: 250, and nothing is kept: the recipient stays out of the envelope, and a
              ///< letter that has no other one never comes to on_letter
    close     ///< `reply` if set, then the connection is closed
  };
  // A refusal of the connection itself, and any reply 421, close the connection too (RFC 5321 §3.8).
  Action action = Action::accept;
  std::string reply;
  std::chrono::milliseconds delay{0};  ///< before the reply; the connection only, never the thread
};

struct ServerEnvelope {
  std::string mail_from;
  std::vector<std::string> rcpt_to;
  std::vector<std::string> mail_params;  ///< "SIZE=100", "BODY=8BITMIME", as sent
  bool smtp_utf8 = false;
};

/// What is known of the connection when a handler is asked.
struct ServerPeer {
  std::uint64_t session_id = 0;
  std::string address;  ///< client's IP
  std::uint16_t port = 0;
  std::string helo;  ///< its EHLO/HELO name, or ""
  bool esmtp = false;
  std::string user;  ///< authenticated login, or ""
  std::optional<TlsFacts> tls;
};

/// Decides what a server answers. Called on the connection's thread; must not block.
class ServerHandler {
 public:
  virtual ~ServerHandler() = default;
  virtual Verdict on_connect(const ServerPeer&) { return {}; }
  virtual Verdict on_ehlo(const ServerPeer&, std::string_view /*name*/) { return {}; }
  /// accept without reply means 235; the default refuses all.
  virtual Verdict on_auth(const ServerPeer&, std::string_view /*mechanism*/, std::string_view /*login*/,
                          std::string_view /*password*/) {
    return {Verdict::Action::refuse, "535 5.7.8 Authentication credentials invalid", {}};
  }
  virtual Verdict on_mail(const ServerPeer&, const ServerEnvelope&) { return {}; }
  /// `address` is not yet part of the envelope.
  virtual Verdict on_rcpt(const ServerPeer&, const ServerEnvelope&, std::string_view /*address*/) { return {}; }
  virtual Verdict on_data(const ServerPeer&, const ServerEnvelope&) { return {}; }
  /// The whole letter, dot-unstuffed, exactly as received otherwise. Moved in: the handler may keep it.
  /// `transcript` is what was said so far, handshake and this letter.
  virtual Verdict on_letter(const ServerPeer&, ServerEnvelope&&, std::string&& /*data*/,
                            std::string_view /*transcript*/) {
    return {};
  }
  virtual void on_closed(const ServerPeer&, std::string_view /*transcript*/, std::string_view /*reason*/) {}
};

/// The server's side of an SMTP connection without a socket. Strict: DATA ends on CRLF.CRLF alone; a bare CR or LF in
/// the data is read to the true end and then refused with 550 5.5.2 (SMTP smuggling); input that stands in the buffer
/// behind STARTTLS is dropped with the session (RFC 3207 §4.2 and the command-injection CVEs).
class ServerSession {
 public:
  enum class Need : std::uint8_t { read, start_tls, wait, closed };

  ServerSession(ServerOptions options, ServerHandler& handler, ServerPeer peer);
  ~ServerSession();
  ServerSession(ServerSession&&) noexcept;
  ServerSession& operator=(ServerSession&&) noexcept;

  Need need() const;  ///< after all of output() has been written
  /// What is to be written now. The view stays valid until consume_output(), whatever else is called.
  std::string_view output() const;
  void consume_output(std::size_t bytes);
  void receive(std::string_view bytes);
  void tls_established(TlsFacts facts);
  /// need() == wait: how long until resume() may be called.
  std::chrono::milliseconds wait_for() const;
  void resume();
  /// Deadline passed: queues "421 4.4.2 ... timeout" and closes.
  void timed_out();
  /// The peer is gone or TLS failed; the handler gets its on_closed.
  void connection_lost(std::string_view reason);
  /// True while a letter is being read: it has a deadline of its own.
  bool in_data() const;
  const ServerPeer& peer() const;
  /// What was said so far, secrets masked.
  std::string_view transcript() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace gatepost::smtp
