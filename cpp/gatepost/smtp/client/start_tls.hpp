#pragma once
#include "gatepost/smtp/client/operation.hpp"

namespace gatepost::smtp {

/// TLS for the connection: STARTTLS (RFC 3207), or from the first byte on (RFC 8314 §3). The handshake itself is the
/// driver's.
class StartTls : public Operation {
 public:
  explicit StartTls(SessionContext& context);

  /// Whether STARTTLS is due: it is required, or it is offered and wanted if offered.
  bool due() const;
  Step begin();
  Step on_reply(const Expected& to) override;

  /// It is the driver's turn, and the server has nothing to say.
  bool handshaking() const { return handshaking_; }
  /// The driver is done. Behind STARTTLS nothing learnt before TLS counts (RFC 3207 §4.2).
  void established(TlsFacts tls);
  /// The server spoke where the TLS handshake begins.
  static codes::Failure injected();

 private:
  bool handshaking_;
};

}  // namespace gatepost::smtp
