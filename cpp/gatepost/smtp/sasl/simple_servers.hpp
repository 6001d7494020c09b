#pragma once
#include <memory>
#include <string>

#include "gatepost/smtp/sasl/server.hpp"

namespace gatepost::smtp {

/// RFC 4616. Without an initial response an empty challenge asks for the message.
std::unique_ptr<SaslServer> make_plain_server();
/// draft-murchison-sasl-login; an initial response is the login.
std::unique_ptr<SaslServer> make_login_server();
/// RFC 2195. `challenge`: fresh for every exchange; a login that is not known takes as long as one that is.
std::unique_ptr<SaslServer> make_cram_md5_server(const SaslServerContext& context, std::string challenge);
/// RFC 7628.
std::unique_ptr<SaslServer> make_oauthbearer_server();
/// developers.google.com/gmail/imap/xoauth2-protocol.
std::unique_ptr<SaslServer> make_xoauth2_server();

}  // namespace gatepost::smtp
