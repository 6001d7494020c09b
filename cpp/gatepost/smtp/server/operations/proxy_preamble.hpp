#pragma once
#include <string_view>

#include "gatepost/smtp/proxy_header.hpp"
#include "gatepost/smtp/server/operations/continuation.hpp"
#include "gatepost/smtp/server/session.hpp"
#include "gatepost/smtp/server/session_context.hpp"

namespace gatepost::smtp::server {

/// The PROXY header in front of everything else: it names the client, and the admission says whether that one may come.
class ProxyPreamble {
 public:
  ProxyPreamble(SessionContext& context, ServerSession::Admission admission);
  /// Takes the header off the front of `bytes`. When done the client is known, or the session closed.
  Continuation read(std::string_view& bytes);

 private:
  void introduce(const ProxyHeader& header);

  SessionContext& context_;
  ServerSession::Admission admission_;
  ProxyHeaderReader reader_;
};

}  // namespace gatepost::smtp::server
