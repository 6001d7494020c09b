#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gatepost/smtp/server/handler.hpp"
#include "gatepost/smtp/server/options.hpp"

namespace gatepost::smtp {

/// The server's side of an SMTP or LMTP connection without a socket. Strict unless its Leniency says otherwise: DATA
/// ends on CRLF.CRLF alone; a bare CR or LF in the data is read to the true end and then refused with 550 5.5.2 (SMTP
/// smuggling); input that stands in the buffer behind STARTTLS is dropped with the session (RFC 3207 §4.2 and the
/// command-injection CVEs).
class ServerSession {
 public:
  enum class Need : std::uint8_t {
    read,
    start_tls,
    wait,      ///< wait_for(), then resume()
    decision,  ///< the handler said "later": decide() will come; nothing is read meanwhile
    closed
  };

  /// Asked once a PROXY header has named the client, before it is greeted: sets what that address may
  /// (`may_xclient`, false till then), and returns the reply that turns it away, or "".
  using Admission = std::function<std::string(ServerPeer&)>;

  /// `options` and `handler` outlive the session.
  ServerSession(const ServerOptions& options, ServerHandler& handler, ServerPeer peer, Admission admission = {});
  ~ServerSession();
  ServerSession(ServerSession&&) noexcept;
  ServerSession& operator=(ServerSession&&) noexcept;

  Need need() const;  ///< after all of output() has been written
  /// What is to be written now. The view stays valid until consume_output(), whatever else is called.
  std::string_view output() const;
  void consume_output(std::size_t bytes);
  void receive(std::string_view bytes);
  /// need() == start_tls: what came right behind a PROXY header, in one portion with it: the beginning of the TLS
  /// handshake, for the driver to put in front of what it reads. Valid until tls_established().
  std::string_view tls_input() const;
  void tls_established(TlsFacts facts);
  /// The handshake came to nothing. `plain_text`: what came in its place was no TLS.
  void tls_failed(std::string_view reason, bool plain_text);
  /// need() == wait: how long until resume() may be called.
  std::chrono::milliseconds wait_for() const;
  void resume();
  /// need() == decision: what became of the letter; a further "later" counts as a refusal for now (451 4.3.0).
  void decide(const Verdict& verdict);
  /// Deadline passed: queues "421 4.4.2 ... timeout" and closes.
  void timed_out();
  /// The server closes: queues "421 4.3.2 ..." and closes. In a letter, after it.
  void shut_down();
  /// The peer is gone or TLS failed; the handler gets its on_closed.
  void connection_lost(std::string_view reason);
  /// Bytes of letters a second that the driver reads; 0: as fast as they come.
  std::uint64_t letter_rate() const;
  /// need() == closed: the driver closes abruptly.
  bool resets() const;
  /// True while a letter is being read, also between its chunks (BDAT): it has a deadline of its own.
  bool in_data() const;
  /// How many letters were begun: MAIL was accepted.
  std::size_t letters() const;
  /// Bytes of letters read so far, for the driver's minimum data rate.
  std::uint64_t letter_bytes_read() const;
  const ServerPeer& peer() const;
  /// What was said so far, secrets masked.
  std::string_view transcript() const;
  /// Rules that the client broke, in words, each kind once.
  const std::vector<std::string>& warnings() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace gatepost::smtp
