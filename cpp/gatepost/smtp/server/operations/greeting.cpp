#include "gatepost/smtp/server/operations/greeting.hpp"

namespace gatepost::smtp::server {

void Greeting::greet() {
  const auto& options = context_.options;
  const auto* const protocol = options.lmtp ? " LMTP gatepost" : " ESMTP gatepost";
  const auto verdict = context_.handler.on_connect(context_.peer);
  if (!context_.answer(verdict, "220 " + options.host_name + protocol)) context_.close_when_said("refused");
}

}  // namespace gatepost::smtp::server
