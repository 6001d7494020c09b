#pragma once
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gatepost/smtp/client/extensions.hpp"
#include "gatepost/smtp/client/session.hpp"
#include "gatepost/smtp/client/transaction.hpp"
#include "gatepost/smtp/dot_encoder.hpp"
#include "gatepost/smtp/reply_reader.hpp"
#include "gatepost/smtp/sasl/client.hpp"
#include "gatepost/smtp/sasl/secret_mask.hpp"
#include "gatepost/smtp/transcript.hpp"

namespace gatepost::smtp {

/// What all parts of the client session share; each part is a file, named below.
struct ClientSession::Impl {
  explicit Impl(ClientOptions session_options);

  using Instant = std::chrono::steady_clock::time_point;
  enum class Stage : std::uint8_t { handshake, ready, closed };
  enum class Command : std::uint8_t {
    greeting,
    ehlo,
    helo,
    starttls,
    xclient,
    auth,
    mail,
    rcpt,
    data,
    chunk,  ///< of BDAT, not the last one
    body,   ///< the final dot, or BDAT's last chunk
    lone_dot,
    rset,
    question,
    quit
  };

  /// A reply to come.
  struct Expected {
    Command command;
    Transaction* letter;  ///< null where it concerns none
    std::size_t recipient;
    std::uint64_t staged_to;  ///< how much must have been handed out before the reply may come
  };

  ClientOptions options;
  Stage stage = Stage::handshake;
  bool was_ready = false;  ///< the handshake is over, whatever came afterwards
  bool began = false;      ///< something came from the server
  bool tls_wanted = false;
  bool tls_active = false;
  bool xclient_sent = false;
  bool quitting = false;
  bool quit_sent = false;
  bool resetting = false;  ///< RSET is on its way: until its 250 the server may still hold the last letter's recipients
  bool retired = false;    ///< its RSET was refused: no further letter here
  bool authenticated = false;
  SessionFacts facts;
  std::shared_ptr<const SessionFacts> shared_facts;  ///< of the finished handshake, for the letters' outcomes
  Extensions extensions;
  std::optional<codes::Failure> failure;
  codes::Phase last_phase = codes::Phase::local;

  ReplyReader reader;
  std::uint64_t replies = 0;  ///< whole ones read so far
  SecretMask secrets;
  bool quoting = false;  ///< the reply just read may quote a secret
  std::deque<Expected> expected;
  std::deque<Transaction> letters;  ///< in the order handed in; a deque, for the pointers in `expected`
  std::uint32_t mails = 0;          ///< transactions begun
  std::vector<LetterOutcome> outcomes;
  std::vector<codes::Reply> answers;

  std::string outbox;  ///< handed out, not touched until consumed
  std::size_t out_at = 0;
  std::string staged;       ///< commands that follow the outbox
  std::uint64_t taken = 0;  ///< bytes of commands handed out so far
  Transaction* writing = nullptr;
  std::optional<DotEncoder> encoder;

  Instant waiting_since;  ///< when the wait for expected.front() began
  Instant read_at;        ///< when the bytes now looked at came

  std::vector<std::string> mechanisms;       ///< still to try, the next one first
  std::unique_ptr<SaslClient> sasl;          ///< the exchange in progress
  std::optional<std::string> held_response;  ///< the initial response that AUTH's own line was too short for
  bool auth_begun = false;                   ///< a 334 has come in this exchange

  Transcript session_log;
  std::string handshake_log;  ///< copied when the handshake is over

  // session.cpp
  Need need() const;
  codes::Phase phase() const;
  bool pipelining() const { return facts.pipelining; }
  /// The reply to what expected.front() stands for may come.
  bool awaited() const { return !expected.empty() && expected.front().staged_to <= taken; }
  std::string_view output();
  void receive(std::string_view bytes);

  // replies.cpp
  void handle_reply();
  void dispatch(const Expected& reply_to);
  void handle_421(const Expected* reply_to);
  void end_session(codes::Failure why);
  void end_cleanly();
  void drop_work();
  void protocol_error(std::string message);
  SecretMask::Where where() const;
  /// Words of the server, with whatever they quote of our secrets masked.
  std::string heard(std::string_view words) const;
  codes::Reply heard() const;
  /// heard(), classified by what the server really said.
  codes::Failure refusal(codes::Phase phase) const;

  // timings.cpp
  void note_wait(const Expected& reply_to);

  // lines.cpp
  /// Ends the line begun at `from` in `staged`, logs it (as `shown` where set) and expects its reply.
  void finish_command(std::size_t from, Command command, Transaction* letter = nullptr, std::size_t recipient = 0,
                      std::string_view shown = {});
  void command(std::string_view line, Command command, std::string_view shown = {});
  void log_note(Transaction* letter, std::string_view text);
  void log_reply(Transaction* letter);

  // handshake.cpp
  void on_greeting();
  void send_ehlo();
  void on_ehlo();
  void on_helo();
  codes::Failure refused_hello() const;
  bool needs_ehlo() const;
  void go_on();  ///< whatever of STARTTLS, XCLIENT and AUTH comes next
  void on_starttls();
  void tls_established(TlsFacts tls);
  void become_ready();
  void give_up(codes::Failure why);  ///< ends the session with a QUIT whose reply nobody waits for
  void give_up(codes::Category category, codes::Phase phase, std::string message);

  // xclient.cpp
  void send_xclient();
  void on_xclient();

  // auth.cpp
  void log_in();
  void begin_mechanism();
  void on_auth();
  void answer_challenge();
  void send_response(std::string_view message);
  void cancel_auth(std::string words);
  bool may_try_next(int code) const;

  // letters.cpp
  bool one_round_trip() const { return options.one_round_trip && pipelining(); }
  /// No further transaction: the server announced that it takes none (RFC 9422 §4.1), or keeps the last one open.
  bool spent() const { return retired || (facts.limits.mail_max && mails >= *facts.limits.mail_max); }
  bool wants_letter() const;
  void submit(ClientLetter letter);
  void check(Transaction& t) const;  // checks.cpp
  void begin_next();
  void finish(Transaction& t, bool reset);
  void on_rset();
  void flush_done();

  // envelope.cpp
  void begin(Transaction& t);
  void write_rcpt(Transaction& t);
  void write_data(Transaction& t);
  void on_mail(Transaction& t);
  void on_rcpt(Transaction& t, std::size_t recipient);
  void envelope_answered(Transaction& t);
  void on_data(Transaction& t);

  // body.cpp
  void begin_body(Transaction& t);
  void expect_finals(Transaction& t);
  /// True where the letter's last byte is in the outbox now.
  bool write_body();
  bool write_chunk(Transaction& t);
  void on_chunk(Transaction& t);
  void on_body(Transaction& t, std::size_t recipient);

  // questions.cpp
  bool asking() const { return !expected.empty() && expected.front().command == Command::question; }
  void ask(const Question& question);
  void on_question();
  void answer_ourselves(std::string why);
};

}  // namespace gatepost::smtp
