#include "gatepost/smtp/sasl/scram.hpp"

#include <algorithm>
#include <array>

#include "gatepost/crypto/secret.hpp"

namespace gatepost::smtp {

using crypto::Digest;

const ScramMechanism* find_scram(std::string_view name) {
  static constexpr std::array all = {ScramMechanism{"SCRAM-SHA-1", Digest::sha1, false},
                                     ScramMechanism{"SCRAM-SHA-1-PLUS", Digest::sha1, true},
                                     ScramMechanism{"SCRAM-SHA-256", Digest::sha256, false},
                                     ScramMechanism{"SCRAM-SHA-256-PLUS", Digest::sha256, true},
                                     ScramMechanism{"SCRAM-SHA-512", Digest::sha512, false},
                                     ScramMechanism{"SCRAM-SHA-512-PLUS", Digest::sha512, true}};
  const auto found = std::find_if(all.begin(), all.end(), [&](const auto& each) { return each.name == name; });
  return found == all.end() ? nullptr : &*found;
}

ScramKeys::ScramKeys(Digest digest, std::string_view prepared_password, std::string_view salt,
                     std::uint32_t iterations) {
  auto salted = crypto::pbkdf2(digest, prepared_password, salt, iterations);
  client = crypto::hmac(digest, salted, "Client Key");
  stored = crypto::hash(digest, client);
  server = crypto::hmac(digest, salted, "Server Key");
  crypto::cleanse(salted);
}

ScramKeys::~ScramKeys() {
  crypto::cleanse(client);
  crypto::cleanse(stored);
  crypto::cleanse(server);
}

std::string exclusive_or(std::string_view a, std::string_view b) {
  std::string out(a);
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<char>(out[i] ^ b[i]);
  return out;
}

std::optional<std::string_view> take_attribute(std::string_view& rest, char name) {
  if (rest.size() < 2 || rest[0] != name || rest[1] != '=') return std::nullopt;
  const auto comma = rest.find(',');
  const auto value = rest.substr(2, comma == std::string_view::npos ? comma : comma - 2);
  rest.remove_prefix(comma == std::string_view::npos ? rest.size() : comma + 1);
  return value;
}

bool is_scram_nonce(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 127 && c != ','; });
}

std::optional<std::string_view> find_binding(const ChannelBindings& bindings, std::string_view name) {
  std::string_view data;
  if (name == "tls-exporter") data = bindings.tls_exporter;
  if (name == "tls-unique") data = bindings.tls_unique;
  if (name == "tls-server-end-point") data = bindings.tls_server_end_point;
  return data.empty() ? std::nullopt : std::optional(data);
}

std::string_view best_binding(const ChannelBindings& bindings) {
  for (const std::string_view name : {"tls-unique", "tls-exporter", "tls-server-end-point"}) {
    if (find_binding(bindings, name)) return name;
  }
  return {};
}

}  // namespace gatepost::smtp
