#pragma once
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "gatepost/smtp/server/command_parser.hpp"
#include "gatepost/smtp/server/input_buffer.hpp"
#include "gatepost/smtp/server/line_reader.hpp"
#include "gatepost/smtp/server/operations/chunk_reception.hpp"
#include "gatepost/smtp/server/operations/data_reception.hpp"
#include "gatepost/smtp/server/operations/envelope_commands.hpp"
#include "gatepost/smtp/server/operations/greeting.hpp"
#include "gatepost/smtp/server/operations/hello.hpp"
#include "gatepost/smtp/server/operations/information.hpp"
#include "gatepost/smtp/server/operations/letter_end.hpp"
#include "gatepost/smtp/server/operations/login.hpp"
#include "gatepost/smtp/server/operations/proxy_preamble.hpp"
#include "gatepost/smtp/server/operations/start_tls.hpp"
#include "gatepost/smtp/server/operations/xclient.hpp"
#include "gatepost/smtp/server/session.hpp"
#include "gatepost/smtp/server/session_context.hpp"
#include "gatepost/smtp/server/transaction.hpp"
#include "gatepost/smtp/server/turn.hpp"

namespace gatepost::smtp {

/// The order of a session: whose the input is, which operation a command begins, what is waited for. What an operation
/// does is in operations/, what survives it in SessionContext.
struct ServerSession::Impl {
  Impl(const ServerOptions& options, ServerHandler& handler, ServerPeer peer, Admission admission);

  /// Who gets the input that comes next.
  enum class InputOwner : std::uint8_t { proxy, tls, command, login, data, chunk };

  // session_impl.cpp: what comes from outside
  Need need() const;
  void receive(std::string_view bytes);
  void consume(std::size_t bytes);
  void tls_established(TlsFacts facts);
  void tls_failed(std::string_view reason, bool plain_text);
  void resume();
  void decide(const Verdict& verdict);
  void timed_out();
  void shut_down();
  void connection_lost(std::string_view reason);
  bool in_data() const;

  // input.cpp: to whom it goes
  void serve(std::string_view& bytes);
  void serve_input();
  void read_proxy_header(std::string_view& bytes);
  bool read_line(std::string_view& bytes);
  void handle_line(std::string_view line, bool more_behind);
  void take_turn(InputOwner operation, server::Continuation continuation);

  // commands.cpp: which operation a command begins
  void on_command(const CommandLine& command, bool more_behind);
  void on_other_command(const CommandLine& command);

  void begin();
  void greet();
  void settle();
  bool can_serve() const;
  bool is_reading_letter() const { return input_owner == InputOwner::data || input_owner == InputOwner::chunk; }

  server::SessionContext context;
  server::Transaction transaction;

  server::ProxyPreamble proxy_preamble;
  server::Greeting greeting{context};
  server::Hello hello{context, transaction};
  server::StartTls start_tls{context, transaction};
  server::Login login{context, transaction};
  server::Xclient xclient{context, transaction};
  server::EnvelopeCommands envelope{context, transaction};
  server::LetterEnd letter_end{context, transaction};
  server::DataReception data{context, transaction, letter_end};
  server::ChunkReception chunk{context, transaction, letter_end};
  server::Information information{context, transaction};

  InputOwner input_owner = InputOwner::command;
  server::Turn turn{context};
  server::LineReader lines;
  InputBuffer input;           ///< a begun line, or what came while waiting
  std::string tls_input;       ///< the beginning of the handshake
  bool shutting_down = false;  ///< once the letter that is being read is answered
};

}  // namespace gatepost::smtp
