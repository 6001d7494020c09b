#pragma once
#include <cstddef>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gatepost/smtp/dot_decoder.hpp"
#include "gatepost/smtp/proxy_header.hpp"
#include "gatepost/smtp/server/command_parser.hpp"
#include "gatepost/smtp/server/input_buffer.hpp"
#include "gatepost/smtp/server/session.hpp"
#include "gatepost/smtp/transcript.hpp"

namespace gatepost::smtp {

/// What is wrong with the lines of a letter.
struct LineFaults {
  bool bare_newline = false;
  bool long_line = false;
};

/// What all parts of the server session share; each part is in the file that is named with it.
struct ServerSession::Impl {
  Impl(const ServerOptions& session_options, ServerHandler& session_handler, ServerPeer session_peer,
       Admission ask_admission);

  enum class State : std::uint8_t { proxy, command, auth, data, chunk, closed };
  /// What the client must have before it may go on (RFC 2920 §3.1).
  enum class Awaited : std::uint8_t { nothing, greeting, reply };

  const ServerOptions& options;
  ServerHandler& handler;
  ServerPeer peer;
  Admission admission;
  State state = State::command;
  bool tls_wanted = false;
  bool waiting = false;        ///< replies are held back by their handler's delay
  bool deciding = false;       ///< the handler said "later"
  bool shutting_down = false;  ///< once the letter that is being read is answered
  bool said_hello = false;
  bool authenticated = false;
  bool skipping_line = false;
  bool more_behind = false;  ///< the line that is served had company
  bool behind_auth = false;  ///< since an AUTH that failed, nothing well-formed has come
  bool keep_transcript;
  Awaited awaited = Awaited::nothing;
  Verb awaited_verb = Verb::unknown;

  std::size_t errors = 0;
  std::size_t auth_failures = 0;
  std::size_t idle_commands = 0;
  std::size_t commands = 0;
  std::size_t letters = 0;  ///< MAILs that were accepted
  std::uint64_t letter_bytes = 0;

  InputBuffer input;        ///< begun line, or what came while waiting
  std::size_t scanned = 0;  ///< of the begun line: there is no LF in it
  std::string tls_input;
  std::string outbox;  ///< handed out, not touched until consumed
  std::size_t out_at = 0;
  std::string staged;

  struct HeldReply {
    std::string text;
    bool refused;
  };
  std::vector<HeldReply> held;
  bool closes_when_said = false;
  std::chrono::milliseconds delay{0};
  std::vector<Verdict> undecided;

  ProxyHeaderReader proxy_reader;
  SaslServerContext sasl_context;
  std::unique_ptr<SaslServer> sasl;
  std::optional<Verdict> oauth_refusal;  ///< waits for the client's answer to the last challenge

  /// From an accepted MAIL to the letter's end.
  struct Transaction {
    bool begun = false;
    bool asked = false;          ///< a recipient was asked for
    bool eight_bit = false;      ///< BODY=8BITMIME or BINARYMIME
    bool binary = false;         ///< BODY=BINARYMIME
    bool chunked = false;        ///< BDAT has begun
    std::size_t recipients = 0;  ///< accepted, those to be discarded included
    std::vector<bool> kept;      ///< LMTP: of each accepted recipient, whether it is in the envelope
    std::set<std::string, std::less<>> domains;
    std::uint64_t announced_size = 0;
    OctetScan octets;           ///< of its chunks
    std::string chunk_refusal;  ///< why the chunks of this letter are read away
    ServerEnvelope envelope;
  };
  Transaction mail;
  DotDecoder decoder{0};
  std::uint64_t chunk_size = 0;
  std::uint64_t chunk_left = 0;
  bool last_chunk = false;
  std::string letter;

  Transcript session_log;
  Transcript letter_log;
  std::string handshake_log;  ///< what came before the first MAIL
  std::vector<std::string> warnings;

  // session.cpp: bytes and lines
  void begin();
  void greet();
  void receive(std::string_view bytes);
  void serve(std::string_view& bytes);
  void serve_input();
  bool can_serve() const { return state != State::closed && !waiting && !deciding && !tls_wanted; }
  void read_proxy_header(std::string_view& bytes);
  void read_line(std::string_view& bytes);
  void handle_line(std::string_view line);
  void log_command(const CommandLine& command, std::string_view line, bool clean);
  bool announces_pipelining() const { return peer.esmtp && options.extensions.pipelining; }
  void talked_too_early();
  void warn_of_plain_text();
  void settle();

  // replies.cpp
  struct Judged {
    bool accepted;
    bool closes;
    std::string_view text;
  };
  static Judged judge(const Verdict& verdict, std::string_view ordinary);
  bool answer(const Verdict& verdict, std::string_view ordinary);
  void hold(std::chrono::milliseconds time);
  void say(std::string_view text, bool refused);
  void reply(std::string_view text, bool refused = false);
  void error(std::string_view text);         ///< a refusal that counts as the client's fault
  void out_of_order(std::string_view text);  ///< an error, with its warning
  void enforce_limits();
  void warn(std::string_view kind);
  void resume();
  void close_when_said(std::string_view reason);
  void close(std::string_view reason);
  void close_with(std::string_view text, std::string_view reason);
  void farewell(std::string_view code, std::string_view words, std::string_view reason);
  void publish();  ///< staged replies become output() where nothing is on its way
  void consume(std::size_t bytes);
  void log_client(std::string_view line);

  // commands.cpp, hello.cpp, xclient.cpp
  void on_command(const CommandLine& command);
  void on_help();
  void on_verify(std::string_view arguments, Verb verb);
  void on_etrn(std::string_view node);
  void on_hello(std::string_view name, Verb verb);
  std::string announcement() const;
  void on_starttls(std::string_view arguments);
  void on_xclient(std::string_view arguments);
  /// Replies 530 where a login is wanted and has not been.
  bool needs_login();
  void reset_session();

  // auth.cpp
  std::vector<std::string> served_mechanisms() const;
  bool can_serve_mechanism(std::string_view name) const;
  void on_auth(std::string_view arguments);
  void on_auth_line(std::string_view line);
  void take_auth_step(std::optional<std::string_view> response);
  void decide_auth(const AuthAttempt& attempt);
  void refuse_auth(const Verdict& verdict);
  void end_auth();

  // mail.cpp
  void on_mail(std::string_view arguments);
  void on_rcpt(std::string_view arguments);
  std::optional<PathArgument> read_path(std::string_view arguments, Verb verb);
  void refuse_parameters(std::string_view text);
  void warn_of_long_local_part(std::string_view mailbox);
  bool is_domain_allowed(std::string_view mailbox);
  void reset_mail();

  // data.cpp
  void on_data(std::string_view arguments);
  void refuse_without_recipients();
  void begin_letter(std::uint64_t size);
  void read_data(std::string_view& bytes);

  // bdat.cpp
  void on_bdat(std::string_view arguments);
  bool is_for_letter() const;
  void refuse_stray_chunk();
  void admit_chunk();
  void read_chunk(std::string_view& bytes);
  void end_chunk_if_read();

  // letter_end.cpp
  /// What the letter that is read is reproached with: warnings, and the refusal or "".
  std::string_view judge_letter(LineFaults lines, const OctetScan& octets);
  bool has_octets_unannounced(const OctetScan& octets) const;
  void end_letter(std::string_view refusal);
  void deliver();
  void answer_letter(std::span<const Verdict> verdicts);
  void decide(const Verdict& verdict);
  void tell_verdicts(std::span<const Verdict> verdicts);
};

}  // namespace gatepost::smtp
