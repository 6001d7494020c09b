#pragma once
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gatepost/smtp/client/extensions.hpp"
#include "gatepost/smtp/client/session.hpp"
#include "gatepost/smtp/dot_encoder.hpp"
#include "gatepost/smtp/reply_reader.hpp"
#include "gatepost/smtp/sasl/passwords.hpp"
#include "gatepost/smtp/transcript.hpp"

namespace gatepost::smtp {

/// One letter on its way through the session.
struct Transaction {
  explicit Transaction(ClientLetter submitted, std::size_t max_transcript_bytes);

  ClientLetter letter;
  LetterOutcome outcome;
  Transcript transcript;
  std::size_t alive = 0;      ///< recipients nobody has refused yet
  std::size_t next_rcpt = 0;  ///< the first recipient whose RCPT has not been written
  std::size_t pending = 0;    ///< replies to MAIL and RCPT still to come
  bool eight_bit = false;
  bool smtp_utf8 = false;
  bool checked = false;  ///< passed the checks that need no server
  bool begun = false;    ///< MAIL is written
  bool data_written = false;
  bool body_begun = false;  ///< 354 came and somebody is to get the letter
  bool dot_out = false;     ///< the final dot was handed out for writing
  bool answered = false;    ///< at least one reply spoke of this letter
  bool mail_accepted = false;
  bool done = false;  ///< the outcome is final

  /// The failure of every recipient that has none yet.
  void refuse_all(const codes::Failure& failure);
  void refuse(std::size_t recipient, codes::Failure failure);
  /// all_or_nothing and somebody was refused: the others share the fate, but not the blame.
  void refuse_all_if_one_was();
  std::string_view data() const { return *letter.data; }
};

/// What all parts of the client session share. The handshake is in handshake.cpp, what is checked before a
/// letter is sent in checks.cpp, its way in transaction.cpp, the rest in session.cpp.
struct ClientSession::Impl {
  explicit Impl(ClientOptions session_options);

  enum class Stage : std::uint8_t { handshake, ready, closed };
  enum class Command : std::uint8_t {
    greeting,
    ehlo,
    helo,
    starttls,
    auth,
    mail,
    rcpt,
    data,
    body,
    lone_dot,
    rset,
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
  bool quitting = false;
  bool quit_sent = false;
  bool authenticated = false;
  SessionFacts facts;
  Extensions extensions;
  std::optional<codes::Failure> failure;
  codes::Phase last_phase = codes::Phase::local;

  ReplyReader reader;
  std::deque<Expected> expected;
  std::deque<Transaction> letters;  ///< in the order handed in; a deque, for the pointers in `expected`
  std::vector<LetterOutcome> outcomes;

  std::string outbox;  ///< handed out, not touched until consumed
  std::size_t out_at = 0;
  std::string staged;       ///< commands that follow the outbox
  std::uint64_t taken = 0;  ///< bytes of commands handed out so far
  Transaction* writing = nullptr;
  std::optional<DotEncoder> encoder;

  std::vector<Mechanism> mechanisms;  ///< still to try, the next one first
  unsigned auth_step = 0;

  Transcript session_log;
  std::string handshake_log;  ///< copied when the handshake is over

  // session.cpp
  Need need() const;
  codes::Phase phase() const;
  bool pipelining() const { return facts.pipelining; }
  std::string_view output();
  void receive(std::string_view bytes);
  void handle_reply();
  void dispatch(const Expected& reply_to);
  void handle_421(const Expected* reply_to);
  void end_session(codes::Failure why);
  void end_cleanly();
  void protocol_error(std::string message);
  codes::Reply masked_reply() const;
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
  void secure_or_log_in();
  void on_starttls();
  void tls_established(TlsFacts tls);
  void log_in();
  void begin_mechanism();
  void on_auth();
  void become_ready();
  void give_up(codes::Failure why);  ///< ends the session with a QUIT whose reply nobody waits for

  // transaction.cpp
  bool one_round_trip() const { return options.one_round_trip && pipelining(); }
  bool wants_letter() const;
  void submit(ClientLetter letter);
  void check(Transaction& t) const;  // checks.cpp
  void begin_next();
  void begin(Transaction& t);
  void write_rcpt(Transaction& t);
  void write_data(Transaction& t);
  void on_mail(Transaction& t);
  void on_rcpt(Transaction& t, std::size_t recipient);
  void envelope_answered(Transaction& t);
  void on_data(Transaction& t);
  void on_body(Transaction& t);
  void write_body();
  void finish(Transaction& t, bool reset);
  void flush_done();
};

}  // namespace gatepost::smtp
