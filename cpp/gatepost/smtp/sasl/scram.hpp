#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "gatepost/crypto/digest.hpp"
#include "gatepost/smtp/tls_facts.hpp"

namespace gatepost::smtp {

/// One of the SCRAM family (RFC 5802, RFC 7677).
struct ScramMechanism {
  std::string_view name;
  crypto::Digest digest;
  bool plus;  ///< bound to the TLS channel
};
/// nullptr where `name` is not a SCRAM mechanism.
const ScramMechanism* find_scram(std::string_view name);

/// What both sides compute from the password (RFC 5802 §3).
struct ScramKeys {
  std::string client;
  std::string stored;
  std::string server;

  ScramKeys(crypto::Digest digest, std::string_view prepared_password, std::string_view salt, std::uint32_t iterations);
  ~ScramKeys();
  ScramKeys(const ScramKeys&) = delete;
  ScramKeys& operator=(const ScramKeys&) = delete;
};

/// Byte by byte; both of one length.
std::string exclusive_or(std::string_view a, std::string_view b);

/// The value of the attribute that begins `rest`, as "r=" in "r=abc,s=...", which is cut off with its comma; nullopt
/// where another one stands there.
std::optional<std::string_view> take_attribute(std::string_view& rest, char name);

/// A nonce: not empty, printable, no comma.
bool is_scram_nonce(std::string_view text);

/// The raw data of a binding by its name; nullopt: not known, or not there. Valid as long as the bindings.
std::optional<std::string_view> find_binding(const ChannelBindings& bindings, std::string_view name);
/// The name of the one to use, or "": tls-unique, which is there in TLS 1.2 alone and what its servers know best, then
/// tls-exporter (RFC 9266 §4), then tls-server-end-point.
std::string_view best_binding(const ChannelBindings& bindings);

}  // namespace gatepost::smtp
