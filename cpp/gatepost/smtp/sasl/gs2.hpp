#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace gatepost::smtp {

/// What stands before the messages of SCRAM and OAUTHBEARER (RFC 5801 §4, RFC 5802 §7).
struct Gs2Header {
  char flag = 'n';      ///< 'p': bound to a channel; 'y': the client could, but saw no -PLUS; 'n': it cannot
  std::string binding;  ///< "tls-exporter", with flag 'p'
  std::string authzid;
  std::size_t length = 0;  ///< of the header, with its last comma
};

/// "p=tls-exporter,a=boss,"
std::string gs2_header(char flag, std::string_view binding, std::string_view authzid);
/// nullopt where `message` does not begin with one.
std::optional<Gs2Header> read_gs2_header(std::string_view message);

/// A saslname: "," as "=2C", "=" as "=3D".
std::string gs2_name(std::string_view text);
/// nullopt for an empty name, another "=", a comma, a control character, or what is not UTF-8.
std::optional<std::string> read_gs2_name(std::string_view name);

}  // namespace gatepost::smtp
