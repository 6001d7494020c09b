#include "gatepost/smtp/sasl/scram_client.hpp"

#include <algorithm>
#include <charconv>

#include "gatepost/core/base64.hpp"
#include "gatepost/crypto/secret.hpp"
#include "gatepost/smtp/sasl/gs2.hpp"
#include "gatepost/smtp/sasl/refusal_details.hpp"
#include "gatepost/smtp/sasl/saslprep.hpp"

namespace gatepost::smtp {
namespace {

/// 0: not a posit-number, or far too large.
std::uint32_t read_iterations(std::string_view text) {
  std::uint32_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  return error == std::errc() && end == text.data() + text.size() && text.front() != '0' ? count : 0;
}

std::string header_for(const ScramMechanism& mechanism, std::string_view authzid, const ChannelBindings& bindings,
                       const std::vector<std::string>& offered) {
  const auto binding = best_binding(bindings);
  if (mechanism.plus) return gs2_header('p', binding, authzid);
  const bool plus_offered = std::any_of(offered.begin(), offered.end(), [](const std::string& each) {
    const auto* scram = find_scram(each);
    return scram != nullptr && scram->plus;
  });
  return gs2_header(binding.empty() || plus_offered ? 'n' : 'y', {}, authzid);
}

}  // namespace

ScramClient::ScramClient(const ScramMechanism& mechanism, const SaslIdentity& identity, const ChannelBindings& bindings,
                         const std::vector<std::string>& offered, std::string nonce)
    : mechanism_(mechanism),
      gs2_header_(header_for(mechanism, identity.authzid, bindings, offered)),
      binding_(mechanism.plus ? find_binding(bindings, best_binding(bindings)).value_or("") : ""),
      identity_(identity),
      nonce_(std::move(nonce)),
      first_bare_("n=" + gs2_name(saslprep(identity.login).value_or("")) + ",r=" + nonce_) {}

ScramClient::~ScramClient() { crypto::cleanse(server_signature_); }

std::optional<std::string> ScramClient::initial_response() { return gs2_header_ + first_bare_; }

SaslAnswer ScramClient::respond(std::optional<std::string_view> challenge) {
  if (stage_ == Stage::first) {
    if (challenge && !challenge->empty()) return on_server_first(*challenge);
    // A server that does not take initial responses asks for the message.
    if (challenge && !std::exchange(asked_again_, true)) return answer(gs2_header_ + first_bare_);
    return fail("the server's first message is missing");
  }
  if (stage_ == Stage::final && challenge) return on_server_final(*challenge);
  return fail(stage_ == Stage::final ? "the server's last message is not base64"
                                     : "the server asks for more than the mechanism has");
}

SaslAnswer ScramClient::on_server_first(std::string_view message) {
  auto rest = message;
  if (rest.starts_with("m=")) return fail("the server requires an unknown extension");
  const auto nonce = take_attribute(rest, 'r');
  const auto salt_text = nonce ? take_attribute(rest, 's') : std::nullopt;
  const auto count = salt_text ? take_attribute(rest, 'i') : std::nullopt;
  if (!count || message.ends_with(',')) return fail("the server's first message is malformed");
  if (!nonce->starts_with(nonce_) || nonce->size() == nonce_.size() || !is_scram_nonce(*nonce)) {
    return fail("the server's nonce does not continue ours");
  }
  const auto salt = base64_decode(*salt_text);
  if (!salt || salt->empty()) return fail("the server's salt is not base64");
  const auto iterations = read_iterations(*count);
  if (iterations < min_iterations || iterations > max_iterations) {
    return fail("the server's iteration count is not between 4096 and 1000000");
  }

  const auto without_proof = "c=" + base64_encode(gs2_header_ + binding_) + ",r=" + std::string(*nonce);
  const auto signed_text = first_bare_ + "," + std::string(message) + "," + without_proof;
  auto password = saslprep(identity_.password).value_or("");
  const ScramKeys keys(mechanism_.digest, password, *salt, iterations);
  crypto::cleanse(password);
  server_signature_ = crypto::hmac(mechanism_.digest, keys.server, signed_text);
  const auto proof = exclusive_or(keys.client, crypto::hmac(mechanism_.digest, keys.stored, signed_text));
  stage_ = Stage::final;
  return answer(without_proof + ",p=" + base64_encode(proof));
}

SaslAnswer ScramClient::on_server_final(std::string_view message) {
  auto rest = message;
  if (const auto error = take_attribute(rest, 'e')) {
    // A refusal, whose code follows our empty answer.
    stage_ = Stage::failed;
    details_ = refusal_details(*error, identity_);
    return answer("");
  }
  const auto verifier = take_attribute(rest, 'v');
  const auto signature = verifier ? base64_decode(*verifier) : std::nullopt;
  if (!signature) return fail("the server's last message is malformed");
  if (!crypto::equal_in_constant_time(*signature, server_signature_)) {
    return fail("the server's signature is wrong: it does not know the password");
  }
  stage_ = Stage::verified;
  return answer("");
}

SaslAnswer ScramClient::fail(std::string_view fault) {
  stage_ = Stage::failed;
  return broken(mechanism_.name, fault);
}

}  // namespace gatepost::smtp
