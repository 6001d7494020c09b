#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gatepost/smtp/sasl/server.hpp"
#include "gatepost/smtp/tls_facts.hpp"

namespace gatepost::smtp {

/// What a good server would not do, for tests of clients.
struct Mischief {
  std::chrono::milliseconds dribble{0};  ///< between any two bytes of the reply
  bool half = false;                     ///< half of the reply is sent, then the connection is closed
  bool reset = false;                    ///< where the connection is closed: abruptly (TCP RST)
  std::uint64_t letter_rate = 0;    ///< bytes a second at which letters of this session are read from now on; 0: no end
  std::vector<std::string> hidden;  ///< on_ehlo only: extensions that are served and not announced
};

/// How a TLS handshake goes wrong, for tests of clients.
enum class TlsFault : std::uint8_t {
  none,
  expired,      ///< the certificate
  wrong_name,   ///< the certificate is for another name
  self_signed,  ///< no authority that anybody trusts signed the certificate
  old_version,  ///< nothing newer than TLS 1.1
  stall,        ///< no handshake, and no end until the client goes or the deadline passes
  junk,         ///< bytes that are no TLS
  close         ///< the connection is closed
};

/// A certificate chain with its key (PEM), and what else happens.
struct TlsVerdict {
  TlsFault fault = TlsFault::none;
  std::string certificate_pem;  ///< expired, wrong_name, self_signed: shown in place of the listener's
  std::string key_pem;
};

/// What a handler decides on a step. The default is the ordinary positive reply.
struct Verdict {
  enum class Action : std::uint8_t {
    accept,   ///< the ordinary reply, or `reply` where set (a 2xx)
    refuse,   ///< `reply`, e.g. "550 5.1.1 No such user"; several lines are joined by "\n"
    discard,  ///< on_letter and on_rcpt only: 250, and nothing is kept: the recipient stays out of the envelope, and a
              ///< letter that has no other one never comes to on_letter
    close,    ///< `reply` if set, then the connection is closed
    later     ///< on_letter only: the reply waits for ServerSession::decide()
  };
  // A refusal of the connection itself, and any reply 421, close the connection too (RFC 5321 §3.8).
  Action action = Action::accept;
  std::string reply;
  std::chrono::milliseconds delay{0};  ///< before the reply; the connection only, never the thread
  Mischief mischief{};
};

struct ServerRecipient {
  std::string address;
  std::vector<std::string> params;  ///< "NOTIFY=FAILURE", "ORCPT=rfc822;a@b", as sent
};

struct ServerEnvelope {
  std::string mail_from;
  std::vector<std::string> rcpt_to;
  std::vector<std::string> mail_params;               ///< "SIZE=100", "BODY=8BITMIME", as sent
  std::vector<std::vector<std::string>> rcpt_params;  ///< of each recipient, as sent
  bool smtp_utf8 = false;
  bool bare_newlines = false;  ///< the letter holds a bare CR or LF (Leniency::bare_newlines)
  bool nul_octets = false;     ///< the letter holds a NUL (Leniency::nul_octets)
};

/// What is known of the connection when a handler is asked.
struct ServerPeer {
  std::uint64_t session_id = 0;
  std::string address;  ///< client's IP; behind a proxy, or with XCLIENT, the one it named; "unix" for a Unix socket
  std::uint16_t port = 0;
  std::string proxy;          ///< the address that connected, where `address` is another
  bool speaks_proxy = false;  ///< set by the listener: a PROXY header comes first
  bool may_xclient =
      false;         ///< XCLIENT is offered and believed; set by the listener, again once a proxy has named its client
  std::string helo;  ///< its EHLO/HELO/LHLO name, or ""
  bool esmtp = false;
  std::string user;       ///< authenticated login, or ""
  std::string mechanism;  ///< by which it logged in, or ""
  std::optional<TlsFacts> tls;
};

/// Decides what a server answers. Called on the connection's thread; must not block.
class ServerHandler {
 public:
  virtual ~ServerHandler() = default;
  virtual Verdict on_connect(const ServerPeer&) { return {}; }
  /// Asked before each TLS handshake.
  virtual TlsVerdict on_tls(const ServerPeer&) { return {}; }
  virtual Verdict on_ehlo(const ServerPeer&, std::string_view /*name*/) { return {}; }
  /// Whether password_of() knows passwords: without, CRAM-MD5 and SCRAM are not announced.
  virtual bool has_passwords() const { return false; }
  virtual std::optional<std::string> password_of(std::string_view /*login*/) const { return std::nullopt; }
  /// accept without reply means 235; the default refuses all. A proof that is wrong (`attempt.proof` false) is asked
  /// about too, so that it is seen, and refused whatever the handler says.
  virtual Verdict on_auth(const ServerPeer&, const AuthAttempt&) {
    return {Verdict::Action::refuse, "535 5.7.8 Authentication credentials invalid", {}};
  }
  /// Whether this client may send without logging in although the server asks for AUTH (its address is known, G1).
  virtual bool needs_no_auth(const ServerPeer&) const { return false; }
  virtual Verdict on_mail(const ServerPeer&, const ServerEnvelope&) { return {}; }
  /// `recipient` is not yet part of the envelope.
  virtual Verdict on_rcpt(const ServerPeer&, const ServerEnvelope&, const ServerRecipient& /*recipient*/) { return {}; }
  /// Also asked on the first BDAT of a letter.
  virtual Verdict on_data(const ServerPeer&, const ServerEnvelope&) { return {}; }
  /// The whole letter, dot-unstuffed, exactly as received otherwise. Moved in: the handler may keep it.
  /// `transcript` is what was said so far, handshake and this letter.
  virtual Verdict on_letter(const ServerPeer&, ServerEnvelope&&, std::string&& /*data*/,
                            std::string_view /*transcript*/) {
    return {};
  }
  /// LMTP: one verdict for each recipient, in their order. The default asks on_letter() once and gives all its verdict.
  virtual std::vector<Verdict> on_lmtp_letter(const ServerPeer& peer, ServerEnvelope&& envelope, std::string&& data,
                                              std::string_view transcript) {
    const auto count = envelope.rcpt_to.size();
    return std::vector<Verdict>(count, on_letter(peer, std::move(envelope), std::move(data), transcript));
  }
  /// ETRN (RFC 1985): accept without reply means 250 2.0.0; the default says there is nothing.
  virtual Verdict on_etrn(const ServerPeer&, std::string_view /*node*/) {
    return {Verdict::Action::accept, "251 2.0.0 No messages waiting", {}};
  }
  /// VRFY; the default neither confirms nor denies.
  virtual Verdict on_vrfy(const ServerPeer&, std::string_view /*who*/) {
    return {Verdict::Action::accept, "252 2.5.2 Cannot verify; send some mail, it will be tried", {}};
  }
  /// EXPN; the default tells no members.
  virtual Verdict on_expn(const ServerPeer&, std::string_view /*list*/) {
    return {Verdict::Action::accept, "252 2.5.2 Cannot expand; send some mail, it will be tried", {}};
  }
  virtual void on_closed(const ServerPeer&, std::string_view /*transcript*/, std::string_view /*reason*/,
                         const std::vector<std::string>& /*warnings*/) {}
};

}  // namespace gatepost::smtp
