#pragma once
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gatepost/codes/failure.hpp"
#include "gatepost/codes/reply.hpp"
#include "gatepost/smtp/client/letter_requests.hpp"
#include "gatepost/smtp/sasl/client.hpp"
#include "gatepost/smtp/tls_facts.hpp"

namespace gatepost::smtp {

enum class Security : std::uint8_t { none, starttls_if_offered, starttls, implicit_tls };

struct ClientOptions {
  std::string helo_name;  ///< already checked: a domain or an address literal; empty: the literal of our own address
  bool lmtp = false;      ///< LHLO, and a reply per recipient behind the letter (RFC 2033)
  Security security = Security::starttls;
  SaslIdentity identity;                ///< an empty login and token: no authentication (but see client_certificate)
  std::vector<std::string> mechanisms;  ///< those allowed, upper case; empty: all that we speak
  bool client_certificate = false;      ///< one is shown in the handshake: EXTERNAL may be used without a login
  bool allow_cleartext_auth = false;
  bool one_round_trip =
      false;              ///< RFC 2920 groups across letters (targets.md); only for servers known to be good at it
  bool chunking = false;  ///< BDAT instead of DATA where offered (RFC 3030)
  /// EHLO keywords, upper case, of extensions that are left unused as if they had not been offered.
  std::vector<std::string> without;
  std::vector<std::pair<std::string, std::string>> xclient;  ///< attributes to send with XCLIENT: ADDR, NAME, LOGIN ...
  bool keep_transcript = true;
  std::string provider;  ///< for the classifier; may be empty
  /// Where the timings come from; tests put a clock of their own here.
  std::chrono::steady_clock::time_point (*now)() = &std::chrono::steady_clock::now;
};

/// One letter for one MAIL transaction.
struct ClientLetter {
  std::uint64_t id = 0;
  std::string mail_from;  ///< wire form, may be empty (the null sender)
  std::vector<std::string> rcpt_to;
  std::shared_ptr<const std::string> data;  ///< CRLF lines, not dot-stuffed
  bool all_or_nothing = false;              ///< one refused recipient refuses the letter; without meaning in LMTP
  std::shared_ptr<const LetterRequests> requests{};  ///< null: none
};

struct RecipientOutcome {
  std::string address;
  bool accepted = false;                  ///< the letter itself was accepted, for this recipient
  std::optional<codes::Failure> failure;  ///< set exactly where not accepted
  /// Of an acceptance that is this recipient's own (LMTP, or a letter that went in several transactions): the words and
  /// the queue id. nullopt: the letter's.
  std::optional<codes::Reply> reply{};
  std::string queue_id{};
};

/// How long the server took to answer, by phase; zero where it was not asked. Pipelined commands share a wait, which
/// counts for the first of them.
struct LetterTimings {
  std::chrono::microseconds mail{0};
  std::chrono::microseconds rcpt{0};   ///< all recipients together
  std::chrono::microseconds data{0};   ///< to the 354; with BDAT 0
  std::chrono::microseconds final{0};  ///< from the last byte handed out to the final reply
};

struct SessionTimings {
  std::chrono::microseconds dns{0};  ///< set by the driver, as connect and tls are
  std::chrono::microseconds connect{0};
  std::chrono::microseconds tls{0};
  std::chrono::microseconds greeting{0};
  std::chrono::microseconds ehlo{0};
  std::chrono::microseconds auth{0};
};

/// What the server asks its clients to keep to (RFC 9422); nullopt: no such limit announced.
struct AnnouncedLimits {
  std::optional<std::uint32_t> mail_max;         ///< transactions in one session
  std::optional<std::uint32_t> rcpt_max;         ///< recipients in one transaction
  std::optional<std::uint32_t> rcpt_domain_max;  ///< domains among the recipients of one transaction
};

/// What the handshake found out.
struct SessionFacts {
  std::string greeting;
  std::string target;                              ///< the one reached of those that were to be tried, by the driver
  std::string server;                              ///< address and port connected to, set by the driver
  std::vector<std::string> extensions;             ///< EHLO lines as sent
  std::optional<std::uint64_t> max_message_bytes;  ///< SIZE; nullopt: not announced, 0 as announced means no limit
  bool pipelining = false;
  bool eight_bit_mime = false;
  bool smtp_utf8 = false;
  AnnouncedLimits limits;
  std::string auth_mechanism;  ///< the one that worked, or ""
  std::optional<TlsFacts> tls;
  SessionTimings timings;
};

/// What became of one letter. Exactly one is reported for every letter handed in.
struct LetterOutcome {
  std::uint64_t id = 0;
  std::vector<RecipientOutcome> recipients;  ///< in the order of rcpt_to
  codes::Reply final_reply;                  ///< the reply after the final dot (LMTP: the last); code 0 where none came
  std::string queue_id;                      ///< "queued as ID" and its like (M1); may be empty
  bool untouched = false;  ///< no command of it was answered: it may be sent again on another connection
  LetterTimings timings;
  std::shared_ptr<const SessionFacts> session;  ///< of the connection; null where none got through its handshake
  std::string transcript;                       ///< of this letter, the handshake before it; empty unless kept
};

/// A command outside of letters: NOOP, VRFY, EXPN, HELP, ETRN (RFC 1985).
struct Question {
  enum class Verb : std::uint8_t { noop, vrfy, expn, help, etrn };
  Verb verb = Verb::noop;
  std::string argument;  ///< refused where it holds a control character
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
    letter,     ///< idle: submit(), ask() or quit()
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
  /// What the driver measured and saw before the first byte; the session adds its own. `own_address`: of this end, as
  /// an address literal (RFC 5321 §4.1.3); empty where it has none.
  void connected(std::string target, std::string server, std::chrono::microseconds dns,
                 std::chrono::microseconds connect, std::string own_address = {});
  bool wants_letter() const;
  void submit(ClientLetter letter);
  /// Asks when idle (need() == letter); the reply comes out of take_answers(). An argument that cannot be sent is
  /// answered at once by a reply of code 0 with the reason.
  void ask(const Question& question);
  void quit();
  /// The driver's report that the connection cannot go on (deadline, lost, TLS). `failure.phase` is overwritten with
  /// phase() unless the handshake never began; letters in flight get their outcome, with maybe_delivered where it is
  /// so.
  void fail(codes::Failure failure);

  /// The phase that decides the deadline of the wait in progress.
  codes::Phase phase() const;
  /// Whole replies read so far. The deadline of a wait is for all lines of the reply (RFC 5321 §4.5.3.2): only where
  /// this has grown does the next one begin.
  std::uint64_t replies() const;
  bool authenticated() const;
  bool ready() const;  ///< the handshake went well; stays so when the session is over
  std::vector<LetterOutcome> take_outcomes();
  std::vector<codes::Reply> take_answers();
  /// Why the session ended or could not begin. nullopt after a clean QUIT, also where the server closes unanswering.
  const std::optional<codes::Failure>& failure() const;
  const SessionFacts& facts() const;
  std::string transcript() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace gatepost::smtp
