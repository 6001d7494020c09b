#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "gatepost/core/result.hpp"

namespace gatepost::smtp::server {

/// What XCLIENT says of a client.
struct XclientAttributes {
  std::optional<std::string> address;  ///< "unknown" where the proxy does not know it
  std::optional<std::uint16_t> port;   ///< 0 likewise
  std::optional<std::string> helo;     ///< "" likewise
  std::optional<std::string> login;    ///< "" likewise
  bool esmtp = true;
};

/// Reads "ADDR=192.0.2.1 PORT=4711", values in xtext. The error is the reply: 501 5.5.4.
Result<XclientAttributes, std::string_view> read_xclient_attributes(std::string_view arguments);

}  // namespace gatepost::smtp::server
