#include "gatepost/smtp/server/served_mechanisms.hpp"

#include "gatepost/smtp/sasl/server.hpp"

namespace gatepost::smtp::server {

namespace {

bool has_bindings(const ServerPeer& peer) {
  if (!peer.tls) return false;
  const auto& found = peer.tls->bindings;
  return !found.tls_exporter.empty() || !found.tls_unique.empty() || !found.tls_server_end_point.empty();
}

}  // namespace

bool can_serve_mechanism(const SessionContext& context, std::string_view name) {
  if (name.ends_with("-PLUS") && !has_bindings(context.peer)) return false;
  if (needs_stored_password(name) && !context.handler.has_passwords()) return false;
  return !shows_secret(name) || context.peer.tls || context.options.auth_without_tls;
}

std::vector<std::string> served_mechanisms(const SessionContext& context) {
  std::vector<std::string> served;
  for (const auto& name : context.options.mechanisms) {
    if (can_serve_mechanism(context, name) && make_sasl_server(name, {})) served.push_back(name);
  }
  return served;
}

}  // namespace gatepost::smtp::server
