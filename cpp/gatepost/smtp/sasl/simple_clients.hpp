#pragma once
#include <memory>
#include <string>
#include <string_view>

#include "gatepost/smtp/sasl/client.hpp"

namespace gatepost::smtp {

/// RFC 4616. Answers one 334 too: some servers ask although they were given the initial response.
std::unique_ptr<SaslClient> make_plain_client(const SaslIdentity& identity);
/// draft-murchison-sasl-login: the login to the first 334, the password to the second, whatever these say.
std::unique_ptr<SaslClient> make_login_client(const SaslIdentity& identity);
/// RFC 2195.
std::unique_ptr<SaslClient> make_cram_md5_client(const SaslIdentity& identity);
/// RFC 4422, appendix A: the client certificate speaks.
std::unique_ptr<SaslClient> make_external_client(const SaslIdentity& identity);

/// CRAM-MD5's answer to `challenge`, raw; the server computes the same.
std::string cram_md5_message(std::string_view login, std::string_view password, std::string_view challenge);

}  // namespace gatepost::smtp
