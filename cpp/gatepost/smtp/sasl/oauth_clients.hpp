#pragma once
#include <memory>

#include "gatepost/smtp/sasl/client.hpp"

namespace gatepost::smtp {

/// RFC 7628.
std::unique_ptr<SaslClient> make_oauthbearer_client(const SaslIdentity& identity);
/// Google's and Microsoft's: developers.google.com/gmail/imap/xoauth2-protocol.
std::unique_ptr<SaslClient> make_xoauth2_client(const SaslIdentity& identity);

}  // namespace gatepost::smtp
