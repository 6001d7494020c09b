#include "gatepost/smtp/sasl/client.hpp"

#include <algorithm>
#include <array>

#include "gatepost/core/text_gate.hpp"
#include "gatepost/crypto/random.hpp"
#include "gatepost/smtp/sasl/oauth_clients.hpp"
#include "gatepost/smtp/sasl/saslprep.hpp"
#include "gatepost/smtp/sasl/scram_client.hpp"
#include "gatepost/smtp/sasl/server.hpp"
#include "gatepost/smtp/sasl/simple_clients.hpp"

namespace gatepost::smtp {
namespace {

constexpr std::array<std::string_view, 12> strongest_first = {
    "SCRAM-SHA-512-PLUS", "SCRAM-SHA-256-PLUS", "SCRAM-SHA-1-PLUS", "SCRAM-SHA-512", "SCRAM-SHA-256", "SCRAM-SHA-1",
    "EXTERNAL",           "OAUTHBEARER",        "XOAUTH2",          "CRAM-MD5",      "PLAIN",         "LOGIN"};

constexpr std::size_t nonce_length = 32;  // of random_token(): 165 bits

bool contains(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool fits(std::string_view name, const SaslIdentity& identity) {
  const bool token = !identity.access_token.empty();
  const bool on_behalf = !identity.authzid.empty();
  if (name == "OAUTHBEARER") return token;
  if (name == "XOAUTH2") return token && !identity.login.empty() && !on_behalf;
  if (token) return false;
  if (name == "EXTERNAL") return true;
  if (identity.login.empty() || identity.password.empty()) return false;
  if (find_scram(name) != nullptr) return saslprep(identity.login) && saslprep(identity.password);
  if (name == "CRAM-MD5") return !on_behalf && crypto::is_available(crypto::Digest::md5);
  return name == "PLAIN" || !on_behalf;
}

bool permits(const SaslPolicy& policy, std::string_view name, const ChannelBindings& bindings) {
  if (!policy.allowed.empty() && !contains(policy.allowed, name)) return false;
  if (name == "EXTERNAL") return policy.encrypted && policy.client_certificate;
  if (name.ends_with("-PLUS")) return !best_binding(bindings).empty();
  return policy.encrypted || policy.allow_cleartext || !shows_secret(name);
}

}  // namespace

std::optional<std::string> check_identity(const SaslIdentity& identity) {
  const std::array<std::pair<std::string_view, std::string_view>, 5> texts = {{{"the login", identity.login},
                                                                               {"the password", identity.password},
                                                                               {"the token", identity.access_token},
                                                                               {"the authzid", identity.authzid},
                                                                               {"the host", identity.host}}};
  for (const auto& [where, text] : texts) {
    // Where in a password the fault is, and which byte, is nobody's business.
    if (check_line(where, text)) return std::string(where) + " holds a control character or is not UTF-8";
  }
  return std::nullopt;
}

std::vector<std::string> usable_mechanisms(const std::vector<std::string>& offered, const SaslIdentity& identity,
                                           const SaslPolicy& policy, const ChannelBindings& bindings) {
  std::vector<std::string> usable;
  if (check_identity(identity)) return usable;
  for (const auto name : strongest_first) {
    if (contains(offered, name) && fits(name, identity) && permits(policy, name, bindings)) usable.emplace_back(name);
  }
  return usable;
}

std::unique_ptr<SaslClient> make_sasl_client(std::string_view name, const SaslIdentity& identity,
                                             const ChannelBindings& bindings, const std::vector<std::string>& offered) {
  if (const auto* scram = find_scram(name)) {
    return std::make_unique<ScramClient>(*scram, identity, bindings, offered, crypto::random_token(nonce_length));
  }
  if (name == "EXTERNAL") return make_external_client(identity);
  if (name == "OAUTHBEARER") return make_oauthbearer_client(identity);
  if (name == "XOAUTH2") return make_xoauth2_client(identity);
  if (name == "CRAM-MD5") return make_cram_md5_client(identity);
  if (name == "LOGIN") return make_login_client(identity);
  return make_plain_client(identity);
}

}  // namespace gatepost::smtp
