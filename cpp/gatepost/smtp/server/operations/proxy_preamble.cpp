#include "gatepost/smtp/server/operations/proxy_preamble.hpp"

#include <utility>

namespace gatepost::smtp::server {

ProxyPreamble::ProxyPreamble(SessionContext& context, ServerSession::Admission admission)
    : context_(context), admission_(std::move(admission)) {}

Continuation ProxyPreamble::read(std::string_view& bytes) {
  switch (reader_.read(bytes)) {
    case ProxyHeaderReader::Status::more:
      return Continuation::goes_on;
    case ProxyHeaderReader::Status::bad:
      context_.close(reader_.error());
      break;
    case ProxyHeaderReader::Status::done:
      if (!reader_.header().local) introduce(reader_.header());
      break;
  }
  return Continuation::done;
}

void ProxyPreamble::introduce(const ProxyHeader& header) {
  auto& peer = context_.peer;
  peer.proxy = std::exchange(peer.address, header.source);
  peer.port = header.source_port;
  peer.may_xclient = false;  // what the proxy may, its clients may not
  const auto refusal = admission_ ? admission_(peer) : std::string();
  if (refusal.empty()) return;
  if (context_.options.implicit_tls) return context_.close(refusal);
  context_.close_with(refusal, refusal);
}

}  // namespace gatepost::smtp::server
