#pragma once
#include "gatepost/smtp/client/operation.hpp"

namespace gatepost::smtp {

/// Tells a server that trusts us on whose behalf we speak (Postfix's XCLIENT). The server's answer is its greeting to
/// whom it now takes us for; everything begins anew, TLS excepted.
class Xclient : public Operation {
 public:
  using Operation::Operation;

  bool due() const { return !begun_ && !context_.options.xclient.empty(); }
  Step begin();
  Step on_reply(const Expected& to) override;

 private:
  bool begun_ = false;
};

}  // namespace gatepost::smtp
