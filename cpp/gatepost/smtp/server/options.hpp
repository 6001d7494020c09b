#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gatepost/core/clock.hpp"

namespace gatepost::smtp {

/// What EHLO announces. What is not announced is refused as if it were unknown.
struct ServerExtensions {
  bool pipelining = true;
  bool size = true;
  bool eight_bit_mime = true;
  bool smtp_utf8 = true;
  bool enhanced_status_codes = true;  ///< off: replies go without them
  bool dsn = true;                    ///< RFC 3461
  bool chunking = true;               ///< BDAT, RFC 3030
  bool binary_mime = true;            ///< with chunking
  bool require_tls = true;            ///< RFC 8689; announced under TLS
  bool limits = true;                 ///< RFC 9422: the limits below
  bool mt_priority = true;            ///< RFC 6710
  bool deliver_by = true;             ///< RFC 2852
  bool etrn = true;                   ///< RFC 1985; the handler decides
  bool vrfy = true;                   ///< VRFY and EXPN; the handler decides
  bool help = true;
  std::optional<std::chrono::seconds> future_release = std::chrono::hours(24 * 30);  ///< RFC 4865: the longest hold
};

/// Rules of the protocol that a client may break. Broken without leave, the ordinary error reply comes; with leave, the
/// command is served. Either way the session's warnings say so.
struct Leniency {
  bool bare_newlines = false;       ///< a bare CR or LF in a letter is kept as it came, and the letter flagged
  bool nul_octets = false;          ///< a NUL in a letter is kept, and the letter flagged
  bool bare_lf_commands = true;     ///< a command line that ends with LF alone
  bool missing_brackets = false;    ///< MAIL FROM:a@b
  bool spaces_in_path = true;       ///< MAIL FROM: <a@b>
  bool unknown_parameters = false;  ///< MAIL FROM:<a@b> X=1
  bool early_talk = false;          ///< bytes before the greeting
  bool bad_pipelining = false;  ///< commands behind EHLO, DATA, AUTH, BDAT-less ... before the reply (RFC 2920 §3.1)
  bool bad_helo = false;        ///< EHLO with a name that is not valid
};

/// Bounds that hold whatever the client does.
struct ServerLimits {
  std::uint64_t message_bytes = 30u << 20;   ///< SIZE; enforced while reading
  std::size_t recipients = 1000;             ///< in a letter; further ones are 452 4.5.3
  std::size_t line_bytes = 2048;             ///< a command line; longer is 500 5.5.2
  std::size_t errors = 50;                   ///< then 421 4.7.0 and the end
  std::size_t auth_failures = 5;             ///< then 421 4.7.0 and the end
  std::size_t idle_commands = 100;           ///< commands in a row that further no letter: NOOP, RSET, VRFY, EHLO ...
  std::size_t commands = 100'000;            ///< in one session, whatever they are; then 421 4.7.0; 0: no end
  std::size_t letters = 0;                   ///< in one session, then 421 4.7.0; 0: no end; LIMITS MAILMAX
  std::size_t recipient_domains = 0;         ///< in a letter; 0: no end; LIMITS RCPTDOMAINMAX
  std::size_t transcript_bytes = 32 * 1024;  ///< 0: no transcript is kept at all
  std::size_t warnings = 50;                 ///< kept in a session
};

struct ServerOptions {
  std::string host_name = "localhost";
  bool lmtp = false;            ///< RFC 2033: LHLO, a reply per recipient behind the letter
  bool offer_starttls = false;  ///< a certificate is there
  bool implicit_tls = false;
  bool require_tls = false;   ///< 530 5.7.0 before STARTTLS
  bool require_auth = false;  ///< 530 5.7.0 before AUTH
  /// Announced in this order where they can be served; empty: AUTH is not offered. A -PLUS only under TLS, those that
  /// need a stored password only where the handler has passwords.
  std::vector<std::string> mechanisms = {"SCRAM-SHA-256-PLUS", "SCRAM-SHA-256", "CRAM-MD5", "PLAIN", "LOGIN", "XOAUTH2",
                                         "OAUTHBEARER"};
  bool auth_without_tls =
      true;  ///< a test sink on loopback; mechanisms that show the secret are announced in the clear
  ServerExtensions extensions;
  Leniency leniency;
  ServerLimits limits;
  const Clock* clock = nullptr;  ///< for FUTURERELEASE; null: the system's. Outlives the sessions

  TimePoint now() const { return clock != nullptr ? clock->now() : std::chrono::system_clock::now(); }
};

}  // namespace gatepost::smtp
