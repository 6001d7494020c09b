#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace gatepost::smtp {

/// The header of the PROXY protocol, versions 1 and 2 (HAProxy's specification): who is behind the proxy.
struct ProxyHeader {
  unsigned version = 2;
  bool local = false;  ///< LOCAL or UNKNOWN: the connection is the proxy's own, the addresses mean nothing
  std::string source;  ///< "192.0.2.1", "2001:db8::1"
  std::uint16_t source_port = 0;
  std::string destination;
  std::uint16_t destination_port = 0;
};

/// The bytes to send before anything else. Both addresses must be IP addresses of one family; else it says LOCAL.
std::string write_proxy_header(const ProxyHeader& header);

/// Reads a header as its bytes come; holds at most 536 of them.
class ProxyHeaderReader {
 public:
  enum class Status : std::uint8_t { more, done, bad };
  /// Takes its bytes off the front of `bytes`.
  Status read(std::string_view& bytes);
  const ProxyHeader& header() const { return header_; }  ///< when done
  std::string_view error() const { return error_; }      ///< when bad: "the PROXY header is longer than 107 bytes"

 private:
  Status parse_text();
  Status parse_binary();
  Status succeed(bool local);
  Status fail(std::string_view why);

  std::string input_;
  ProxyHeader header_;
  std::string_view error_;
  bool done_ = false;
};

}  // namespace gatepost::smtp
