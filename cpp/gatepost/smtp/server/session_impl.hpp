#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "gatepost/smtp/dot_decoder.hpp"
#include "gatepost/smtp/server/command_parser.hpp"
#include "gatepost/smtp/server/session.hpp"
#include "gatepost/smtp/transcript.hpp"

namespace gatepost::smtp {

/// What all parts of the server session share. Bytes, lines and replies are in session.cpp, the session's own
/// commands in commands.cpp, AUTH in auth.cpp, letters in mail.cpp.
struct ServerSession::Impl {
  Impl(const ServerOptions& session_options, ServerHandler& session_handler, ServerPeer session_peer);

  enum class State : std::uint8_t { command, auth_plain, auth_login, auth_password, data, closed };

  const ServerOptions& options;
  ServerHandler* handler;
  ServerPeer peer;
  State state = State::command;
  bool tls_wanted = false;
  bool waiting = false;  ///< a reply is held back by its handler's delay
  bool authenticated = false;
  bool skipping_line = false;
  bool maybe_secret = false;  ///< AUTH was the last command that was one
  bool keep_transcript;
  std::size_t errors = 0;

  std::string input;   ///< begun line, or what came while waiting
  std::string outbox;  ///< handed out, not touched until consumed
  std::size_t out_at = 0;
  std::string staged;

  std::string delayed_reply;
  bool delayed_refusal = false;
  bool delayed_close = false;
  std::chrono::milliseconds delay{0};

  std::string auth_login;

  bool mail_begun = false;
  std::size_t recipients = 0;  ///< accepted, those to be discarded included
  ServerEnvelope envelope;
  std::uint64_t announced_size = 0;
  DotDecoder decoder{0};
  std::string letter;

  Transcript session_log;
  Transcript letter_log;
  std::string handshake_log;  ///< what came before the first MAIL

  // session.cpp
  void greet();
  void receive(std::string_view bytes);
  void serve(std::string_view& bytes);
  void resume();
  void handle_line(std::string_view line, bool more_behind);
  bool decide(const Verdict& verdict, std::string_view ordinary);
  void reply(std::string_view text, bool refused = false);
  void error(std::string_view text);  ///< a refusal that counts as the client's fault
  void count_error();
  void close(std::string_view reason);
  void close_with(std::string_view text, std::string_view reason);
  void publish();  ///< staged replies become output() where nothing is on its way
  void log_client(std::string_view line);

  // commands.cpp
  void on_ehlo(std::string_view name, bool esmtp);
  void on_starttls(std::string_view arguments, bool more_behind);
  void on_command(const CommandLine& command, bool more_behind);
  bool auth_offered() const { return !options.mechanisms.empty() && (peer.tls || options.auth_without_tls); }
  bool refused_by_policy(bool needs_auth);
  void reset_session();

  // auth.cpp
  void on_auth(std::string_view arguments);
  void on_auth_line(std::string_view line);
  void on_plain_message(std::string_view message);
  void check_credentials(std::string_view mechanism, std::string_view login, std::string_view password);

  // mail.cpp
  void on_mail(std::string_view arguments);
  bool take_mail_parameters(const std::vector<std::string_view>& parameters);
  void on_rcpt(std::string_view arguments);
  void on_data(std::string_view arguments);
  void end_letter();
  void reset_mail();
};

}  // namespace gatepost::smtp
