#pragma once
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gatepost/codes/failure.hpp"
#include "gatepost/codes/reply.hpp"

namespace gatepost::smtp {

enum class Security : std::uint8_t { none, starttls_if_offered, starttls, implicit_tls };

struct ClientOptions {
  std::string helo_name = "localhost";  ///< already checked: a domain or an address literal
  Security security = Security::starttls;
  std::string login;     ///< empty: no authentication
  std::string password;  ///< never in a transcript, a Failure or a log
  bool allow_cleartext_auth = false;
  bool one_round_trip =
      false;  ///< RFC 2920 groups across letters (targets.md); only for servers known to be good at it
  bool keep_transcript = true;
  std::string provider;  ///< for the classifier; may be empty
};

/// One letter for one MAIL transaction.
struct ClientLetter {
  std::uint64_t id = 0;
  std::string mail_from;  ///< wire form, may be empty (the null sender)
  std::vector<std::string> rcpt_to;
  std::shared_ptr<const std::string> data;  ///< CRLF lines, not dot-stuffed
  bool all_or_nothing = false;              ///< one refused recipient refuses the letter
};

struct RecipientOutcome {
  std::string address;
  bool accepted = false;                  ///< the letter itself was accepted, for this recipient
  std::optional<codes::Failure> failure;  ///< set exactly where not accepted
};

/// What became of one letter. Exactly one is reported for every letter handed in.
struct LetterOutcome {
  std::uint64_t id = 0;
  std::vector<RecipientOutcome> recipients;  ///< in the order of rcpt_to
  codes::Reply final_reply;                  ///< the reply after the final dot; code 0 where there was none
  std::string queue_id;                      ///< "queued as ID" and its like (M1); may be empty
  bool untouched = false;  ///< nothing of it was answered yet: it may be sent anew on another connection
  std::string transcript;  ///< of this letter, the handshake before it; empty unless kept
};

struct TlsFacts {
  std::string version;  ///< "TLSv1.3"
  std::string cipher;
};

/// What the handshake found out.
struct SessionFacts {
  std::string greeting;
  std::vector<std::string> extensions;             ///< EHLO lines as sent
  std::optional<std::uint64_t> max_message_bytes;  ///< SIZE; nullopt: not announced, 0 as announced means no limit
  bool pipelining = false;
  bool eight_bit_mime = false;
  bool smtp_utf8 = false;
  std::string auth_mechanism;  ///< the one that worked, or ""
  std::optional<TlsFacts> tls;
};

/// The client's side of an SMTP connection without a socket: bytes in, bytes and the next need out.
///
/// The driver loops: write all of output(), then serve need(). Every path ends in Need::closed. Letters go in only
/// when wants_letter(); their outcomes come out of take_outcomes() in the order in which they were handed in.
class ClientSession {
 public:
  /// What the session waits for once output() is empty.
  enum class Need : std::uint8_t {
    read,       ///< bytes from the server
    start_tls,  ///< run the TLS handshake, then tls_established() (also first of all for implicit TLS)
    letter,     ///< idle: submit() or quit()
    closed      ///< close the socket; failure() says why unless QUIT was answered
  };

  explicit ClientSession(ClientOptions options);
  ~ClientSession();
  ClientSession(ClientSession&&) noexcept;
  ClientSession& operator=(ClientSession&&) noexcept;

  Need need() const;
  /// Bytes to write now, at most about 64 KiB at a time: call again after consume_output until it is empty.
  /// With one_round_trip, ask wants_letter() before each output(): a letter handed in then shares the write.
  /// The view stays valid until consume_output(), whatever else is called.
  std::string_view output();
  void consume_output(std::size_t bytes);

  void receive(std::string_view bytes);
  void tls_established(TlsFacts facts);
  bool wants_letter() const;
  void submit(ClientLetter letter);
  void quit();
  /// The driver's report that the connection cannot go on (deadline, lost, TLS). `failure.phase` is overwritten with
  /// phase() unless the handshake never began; letters in flight get their outcome, with maybe_delivered where it is
  /// so.
  void fail(codes::Failure failure);

  /// The phase that decides the deadline of the wait in progress.
  codes::Phase phase() const;
  bool authenticated() const;
  bool ready() const;  ///< the handshake went well; stays so when the session is over
  std::vector<LetterOutcome> take_outcomes();
  /// Why the session ended or could not begin. nullopt after a clean QUIT, also where the server closes unanswering.
  const std::optional<codes::Failure>& failure() const;
  const SessionFacts& facts() const;
  std::string transcript() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace gatepost::smtp
