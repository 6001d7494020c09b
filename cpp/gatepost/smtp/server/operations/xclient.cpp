#include "gatepost/smtp/server/operations/xclient.hpp"

#include <utility>

#include "gatepost/smtp/server/command_parser.hpp"
#include "gatepost/smtp/server/xclient_attributes.hpp"

namespace gatepost::smtp::server {

bool Xclient::on_xclient(std::string_view arguments) {
  auto& peer = context_.peer;
  if (!peer.may_xclient) {
    context_.error("550 5.7.0 XCLIENT is not for you");
    return false;
  }
  if (transaction_.begun) {
    context_.out_of_order("503 5.5.1 XCLIENT is not allowed inside a mail transaction");
    return false;
  }
  auto named = read_xclient_attributes(arguments);
  if (!named) {
    context_.error(named.error());
    return false;
  }
  context_.forget_client();
  if (named->address) {
    const auto before = std::exchange(peer.address, std::move(*named->address));
    if (peer.proxy.empty()) peer.proxy = before;
  }
  if (named->port) peer.port = *named->port;
  if (named->helo && !named->helo->empty()) {
    peer.helo = std::move(*named->helo);
    peer.esmtp = named->esmtp;
    context_.said_hello = true;
  }
  if (named->login && !named->login->empty()) {
    peer.user = std::move(*named->login);
    peer.mechanism = "XCLIENT";
    context_.authenticated = true;
  }
  return true;
}

}  // namespace gatepost::smtp::server
