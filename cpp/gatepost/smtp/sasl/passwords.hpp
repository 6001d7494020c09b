#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gatepost::smtp {

enum class Mechanism : std::uint8_t { plain, login };

/// "PLAIN", "LOGIN".
std::string_view to_string(Mechanism mechanism);
std::optional<Mechanism> parse_mechanism(std::string_view name);

/// Those of `offered` (in upper case) that we speak, strongest first.
std::vector<Mechanism> usable_mechanisms(const std::vector<std::string>& offered);

/// PLAIN's only message (RFC 4616), in base64.
std::string plain_message(std::string_view login, std::string_view password);

/// Our answer, in base64, to the server's `step`-th 334 (from 0); nullopt where the mechanism has no more to say. PLAIN
/// answers one 334: some servers ask although they were given the initial response.
std::optional<std::string> auth_answer(Mechanism mechanism, unsigned step, std::string_view login,
                                       std::string_view password);

struct Credentials {
  std::string login;
  std::string password;
};
/// The credentials in a decoded PLAIN message; nullopt where it is none. The authorization identity is ignored.
std::optional<Credentials> read_plain_message(std::string_view decoded);

/// `text` with the password, and whatever our mechanisms send of it, replaced by "****".
std::string mask_credentials(std::string text, std::string_view login, std::string_view password);

}  // namespace gatepost::smtp
