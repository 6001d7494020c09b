#include "gatepost/smtp/sasl/scram_server.hpp"

#include "gatepost/core/base64.hpp"
#include "gatepost/core/text_gate.hpp"
#include "gatepost/crypto/random.hpp"
#include "gatepost/crypto/secret.hpp"
#include "gatepost/smtp/sasl/saslprep.hpp"
#include "gatepost/smtp/sasl/step.hpp"

namespace gatepost::smtp {
namespace {

constexpr std::size_t salt_bytes = 16;

/// Bytes that nobody can foresee, and that are the same for a login each time: whether it is known, they do not tell.
std::string made_up(std::string_view what, std::string_view login) {
  static const std::string secret = crypto::random_token(32);
  return crypto::hmac(crypto::Digest::sha256, secret, std::string(what) + '\0' + std::string(login));
}

}  // namespace

ScramServer::ScramServer(const ScramMechanism& mechanism, const SaslServerContext& context, ScramServerFirst first)
    : mechanism_(mechanism), context_(context), first_(std::move(first)) {}

SaslServer::Step ScramServer::step(std::optional<std::string_view> response) {
  const auto stage = std::exchange(stage_, Stage::over);
  if (!response) {
    if (stage != Stage::begin) return malformed_step();
    stage_ = Stage::asked;
    return challenge_step("");
  }
  switch (stage) {
    case Stage::begin:
    case Stage::asked:
      return on_client_first(*response);
    case Stage::first_read:
      return on_client_final(*response);
    case Stage::proved:
      return response->empty() ? decide(true) : malformed_step();
    case Stage::over:
      break;
  }
  return malformed_step();
}

SaslServer::Step ScramServer::on_client_first(std::string_view message) {
  auto header = read_gs2_header(message);
  if (!header || mechanism_.plus != (header->flag == 'p')) return malformed_step();
  bound_ = message.substr(0, header->length);
  if (mechanism_.plus) {
    const auto binding = find_binding(context_.bindings, header->binding);
    if (!binding) return malformed_step();
    bound_ += *binding;
  }
  header_ = std::move(*header);

  const auto bare = message.substr(header_.length);
  auto rest = bare;
  const auto name = take_attribute(rest, 'n');
  const auto nonce = name ? take_attribute(rest, 'r') : std::nullopt;
  const auto raw_login = nonce ? read_gs2_name(*name) : std::nullopt;
  auto login = raw_login ? saslprep(*raw_login) : std::nullopt;
  if (!login || !is_scram_nonce(*nonce) || check_line("extensions", rest)) return malformed_step();
  login_ = std::move(*login);

  first_.nonce.insert(0, *nonce);
  if (first_.salt.empty()) first_.salt = made_up(mechanism_.name, login_).substr(0, salt_bytes);
  auto challenge = "r=" + first_.nonce + ",s=" + base64_encode(first_.salt) + ",i=" + std::to_string(first_.iterations);
  first_texts_ = std::string(bare) + ',' + challenge + ',';
  stage_ = Stage::first_read;
  return challenge_step(std::move(challenge));
}

SaslServer::Step ScramServer::on_client_final(std::string_view message) {
  const auto proof_at = message.rfind(",p=");
  if (proof_at == std::string_view::npos) return malformed_step();
  const auto without_proof = message.substr(0, proof_at);
  const auto proof = base64_decode(message.substr(proof_at + 3));
  auto rest = without_proof;
  const auto channel = take_attribute(rest, 'c');
  const auto nonce = channel ? take_attribute(rest, 'r') : std::nullopt;
  const auto bound = channel ? base64_decode(*channel) : std::nullopt;
  if (!nonce || *nonce != first_.nonce || !bound || !proof || proof->size() != crypto::digest_size(mechanism_.digest)) {
    return malformed_step();
  }

  // The same work whatever is wrong: how long it takes tells nothing.
  auto password = context_.password_of ? context_.password_of(login_) : std::nullopt;
  auto prepared = password ? saslprep(*password) : std::nullopt;
  const bool known = prepared.has_value();
  if (!known) prepared = made_up("password", login_);
  if (password) crypto::cleanse(*password);
  const ScramKeys keys(mechanism_.digest, *prepared, first_.salt, first_.iterations);
  crypto::cleanse(*prepared);
  const auto signed_text = first_texts_ + std::string(without_proof);
  const auto client_key = exclusive_or(*proof, crypto::hmac(mechanism_.digest, keys.stored, signed_text));
  const bool right = crypto::equal_in_constant_time(crypto::hash(mechanism_.digest, client_key), keys.stored);
  const bool deceived = header_.flag == 'y' && context_.plus_announced;
  if (!known || !right || deceived || !crypto::equal_in_constant_time(*bound, bound_)) return decide(false);

  stage_ = Stage::proved;
  return challenge_step("v=" + base64_encode(crypto::hmac(mechanism_.digest, keys.server, signed_text)));
}

SaslServer::Step ScramServer::decide(bool proof) {
  return attempt_step({std::string(mechanism_.name), login_, header_.authzid, {}, {}, proof});
}

}  // namespace gatepost::smtp
