#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include "gatepost/smtp/client/extensions.hpp"
#include "gatepost/smtp/client/server_reply.hpp"
#include "gatepost/smtp/client/session.hpp"
#include "gatepost/smtp/client/session_log.hpp"
#include "gatepost/smtp/client/wire.hpp"

namespace gatepost::smtp {

/// What outlives the operations of a session, and what each of them works with.
struct SessionContext {
  explicit SessionContext(ClientOptions session_options);
  SessionContext(const SessionContext&) = delete;
  SessionContext& operator=(const SessionContext&) = delete;

  const ClientOptions options;
  std::string own_address = "[127.0.0.1]";  ///< of this end of the connection, as an address literal
  SessionFacts facts;
  Extensions extensions;  ///< as the last EHLO was answered
  SessionLog log;
  ServerReply reply;
  Wire wire;

  bool encrypted() const { return facts.tls.has_value(); }
  bool pipelining() const { return facts.pipelining; }
  bool one_round_trip() const { return options.one_round_trip && pipelining(); }

  /// Ends the line begun at `from` in wire.staged(), logs it (as `shown` where set) and expects its reply.
  void end_line(std::size_t from, const Expected& reply_to, std::string_view shown = {});
  /// A whole line without CRLF.
  void send(std::string_view line, const Expected& reply_to, std::string_view shown = {});
  /// The reply just read, to an operation of the letter whose transcript that is.
  void log_reply(Transcript* letter);
};

}  // namespace gatepost::smtp
