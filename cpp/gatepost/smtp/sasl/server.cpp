#include "gatepost/smtp/sasl/server.hpp"

#include "gatepost/crypto/random.hpp"
#include "gatepost/smtp/sasl/scram_server.hpp"
#include "gatepost/smtp/sasl/simple_servers.hpp"

namespace gatepost::smtp {
namespace {

constexpr std::size_t nonce_length = 32;  // of random_token(): 165 bits

}  // namespace

std::unique_ptr<SaslServer> make_sasl_server(std::string_view name, const SaslServerContext& context) {
  if (const auto* scram = find_scram(name)) {
    return std::make_unique<ScramServer>(*scram, context, ScramServerFirst{crypto::random_token(nonce_length), {}});
  }
  if (name == "PLAIN") return make_plain_server();
  if (name == "LOGIN") return make_login_server();
  if (name == "OAUTHBEARER") return make_oauthbearer_server();
  if (name == "XOAUTH2") return make_xoauth2_server();
  if (name == "CRAM-MD5" && crypto::is_available(crypto::Digest::md5)) {
    return make_cram_md5_server(context, '<' + crypto::random_token(nonce_length) + '@' + context.host_name + '>');
  }
  return nullptr;
}

bool shows_secret(std::string_view mechanism) {
  return mechanism == "PLAIN" || mechanism == "LOGIN" || mechanism == "XOAUTH2" || mechanism == "OAUTHBEARER";
}

bool needs_stored_password(std::string_view mechanism) {
  return mechanism == "CRAM-MD5" || find_scram(mechanism) != nullptr;
}

}  // namespace gatepost::smtp
