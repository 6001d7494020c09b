#pragma once
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gatepost/smtp/client/hello.hpp"
#include "gatepost/smtp/client/login.hpp"
#include "gatepost/smtp/client/questions.hpp"
#include "gatepost/smtp/client/quit.hpp"
#include "gatepost/smtp/client/reset.hpp"
#include "gatepost/smtp/client/session.hpp"
#include "gatepost/smtp/client/session_context.hpp"
#include "gatepost/smtp/client/start_tls.hpp"
#include "gatepost/smtp/client/transaction.hpp"
#include "gatepost/smtp/client/xclient.hpp"

namespace gatepost::smtp {

/// The order of a session's operations: which one begins when another is over, which letter goes next, and what becomes
/// of everything when the session ends.
struct ClientSession::Impl {
  explicit Impl(ClientOptions options);

  enum class Stage : std::uint8_t { handshake, ready, closed };

  SessionContext context;
  Hello hello{context};
  StartTls starttls{context};
  Xclient xclient{context};
  Login login{context};
  Questions questions{context};
  Reset reset{context};
  Quit quit{context};
  std::deque<Transaction> letters;  ///< in the order handed in; a deque, since operations stay where they are
  std::uint32_t mails = 0;          ///< transactions begun

  Stage stage = Stage::handshake;
  bool began = false;         ///< something came from the server
  std::uint64_t replies = 0;  ///< whole ones read so far
  std::vector<LetterOutcome> outcomes;
  std::shared_ptr<const SessionFacts> shared_facts;  ///< of the finished handshake, for the letters' outcomes
  std::string handshake_log;                         ///< copied when the handshake is over
  std::optional<codes::Failure> failure;
  codes::Phase last_phase = codes::Phase::local;

  // session.cpp: bytes in, bytes out
  Need need() const;
  codes::Phase phase() const;
  std::string_view output();
  void receive(std::string_view bytes);
  void on_reply(Wire::Instant now);

  // order.cpp: which operation follows which
  void proceed(const Operation* from, Step step);
  void continue_handshake(const Operation* from);
  void tls_established(TlsFacts tls);
  void become_ready();

  // letters.cpp: one letter behind the other
  /// No further transaction: the server announced that it takes none (RFC 9422 §4.1), or keeps the last one open.
  bool spent() const;
  bool wants_letter() const;
  void submit(ClientLetter letter);
  void ask(const Question& question);
  void begin_next();
  void hand_on_outcomes();

  // ending.cpp: the session is over, well or not
  void on_shutdown();
  void fail(codes::Failure why);
  void end(Ending ending);
  void end_cleanly();
  void close(codes::Phase phase);
};

}  // namespace gatepost::smtp
