#include "gatepost/smtp/client/session_context.hpp"

#include <utility>

#include "gatepost/smtp/client/operation.hpp"

namespace gatepost::smtp {

SessionContext::SessionContext(ClientOptions session_options)
    : options(std::move(session_options)), log(options.keep_transcript), reply(options), wire(options.now()) {}

void SessionContext::end_line(std::size_t from, const Expected& reply_to, std::string_view shown) {
  auto& staged = wire.staged();
  log.client(shown.empty() ? std::string_view(staged).substr(from) : shown, reply_to.from->transcript());
  staged.append("\r\n");
  wire.expect(reply_to);
}

void SessionContext::send(std::string_view line, const Expected& reply_to, std::string_view shown) {
  const auto from = wire.staged().size();
  wire.staged().append(line);
  end_line(from, reply_to, shown);
}

void SessionContext::log_reply(Transcript* letter) {
  if (!log.kept()) return;
  for (const auto line : reply.shown_lines()) log.server(line, letter);
}

}  // namespace gatepost::smtp
