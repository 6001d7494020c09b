#pragma once
#include "gatepost/smtp/server/session_context.hpp"

namespace gatepost::smtp::server {

/// The 220 that opens a session, or the handler's refusal of the connection.
class Greeting {
 public:
  explicit Greeting(SessionContext& context) : context_(context) {}
  void greet();

 private:
  SessionContext& context_;
};

}  // namespace gatepost::smtp::server
