#include "gatepost/smtp/sasl/passwords.hpp"

#include <algorithm>

#include "gatepost/core/ids.hpp"
#include "gatepost/crypto/base64.hpp"

namespace gatepost::smtp {

std::string_view to_string(Mechanism mechanism) { return mechanism == Mechanism::plain ? "PLAIN" : "LOGIN"; }

std::optional<Mechanism> parse_mechanism(std::string_view name) {
  for (const auto mechanism : {Mechanism::plain, Mechanism::login}) {
    if (equal_ignoring_case(name, to_string(mechanism))) return mechanism;
  }
  return std::nullopt;
}

std::vector<Mechanism> usable_mechanisms(const std::vector<std::string>& offered) {
  std::vector<Mechanism> usable;
  for (const auto mechanism : {Mechanism::plain, Mechanism::login}) {
    if (std::find(offered.begin(), offered.end(), to_string(mechanism)) != offered.end()) usable.push_back(mechanism);
  }
  return usable;
}

std::string plain_message(std::string_view login, std::string_view password) {
  std::string message(1, '\0');
  message.append(login).push_back('\0');
  message.append(password);
  return crypto::base64_encode(message);
}

std::optional<std::string> auth_answer(Mechanism mechanism, unsigned step, std::string_view login,
                                       std::string_view password) {
  if (mechanism == Mechanism::plain) return step == 0 ? std::optional(plain_message(login, password)) : std::nullopt;
  if (step > 1) return std::nullopt;
  return crypto::base64_encode(step == 0 ? login : password);
}

std::optional<Credentials> read_plain_message(std::string_view decoded) {
  const auto first = decoded.find('\0');
  if (first == std::string_view::npos) return std::nullopt;
  const auto second = decoded.find('\0', first + 1);
  if (second == std::string_view::npos || decoded.find('\0', second + 1) != std::string_view::npos) return std::nullopt;
  Credentials found{std::string(decoded.substr(first + 1, second - first - 1)),
                    std::string(decoded.substr(second + 1))};
  if (found.login.empty()) return std::nullopt;
  return found;
}

std::string mask_credentials(std::string text, std::string_view login, std::string_view password) {
  constexpr std::string_view stars = "****";
  for (const auto& secret : {plain_message(login, password), crypto::base64_encode(password), std::string(password)}) {
    if (secret.empty()) continue;
    for (auto at = text.find(secret); at != std::string::npos; at = text.find(secret, at + stars.size())) {
      text.replace(at, secret.size(), stars);
    }
  }
  return text;
}

}  // namespace gatepost::smtp
