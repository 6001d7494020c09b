#pragma once
#include <boost/asio/ip/address.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "gatepost/core/result.hpp"

namespace gatepost::net {

/// A set of IP address blocks in CIDR notation (RFC 4632); a lone address is a block of its own. IPv4-mapped IPv6
/// addresses count as IPv4.
class AddressBlocks {
 public:
  /// The error names the entry that is neither an address nor a block.
  static Result<AddressBlocks, std::string> parse(const std::vector<std::string>& texts);
  /// `address` as text; "unix" is contained where the set holds "unix". False for any other text.
  bool contains(std::string_view address) const;
  bool empty() const { return entries_.empty() && !unix_; }

 private:
  struct Entry {
    boost::asio::ip::address address;
    unsigned prefix;
  };
  std::vector<Entry> entries_;
  bool unix_ = false;
};

}  // namespace gatepost::net
