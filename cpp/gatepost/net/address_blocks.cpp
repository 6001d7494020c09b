#include "gatepost/net/address_blocks.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <span>

namespace gatepost::net {

namespace {

using boost::asio::ip::address;

constexpr unsigned mapped_bits = 96;  // ::ffff:0:0/96 holds IPv4

std::optional<address> parse_address(std::string_view text) {
  boost::system::error_code error;
  auto found = boost::asio::ip::make_address(text, error);
  if (error) return std::nullopt;
  return found;
}

bool is_mapped(const address& a) { return a.is_v6() && a.to_v6().is_v4_mapped(); }

address unmapped(const address& a) {
  if (!is_mapped(a)) return a;
  return boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, a.to_v6());
}

std::optional<unsigned> parse_prefix(std::string_view text, unsigned most) {
  unsigned prefix = 0;
  const auto* end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, prefix);
  if (error != std::errc{} || at != end || prefix > most) return std::nullopt;
  return prefix;
}

bool same_prefix(std::span<const unsigned char> a, std::span<const unsigned char> b, unsigned prefix) {
  const auto whole = prefix / 8;
  if (!std::equal(a.begin(), a.begin() + whole, b.begin())) return false;
  const auto bits = prefix % 8;
  return bits == 0 || ((a[whole] ^ b[whole]) >> (8 - bits)) == 0;
}

}  // namespace

Result<AddressBlocks, std::string> AddressBlocks::parse(const std::vector<std::string>& texts) {
  AddressBlocks blocks;
  for (const auto& text : texts) {
    if (text == "unix") {
      blocks.unix_ = true;
      continue;
    }
    const auto slash = text.find('/');
    const auto base = parse_address(std::string_view(text).substr(0, slash));
    if (!base) return "\"" + text + "\" is neither an IP address nor a network such as 10.0.0.0/8";
    const unsigned width = base->is_v4() ? 32 : 128;
    auto prefix = std::optional(width);
    if (slash != std::string::npos) prefix = parse_prefix(std::string_view(text).substr(slash + 1), width);
    if (!prefix) return "\"" + text + "\": the prefix must be a number from 0 to " + std::to_string(width);
    if (is_mapped(*base) && *prefix >= mapped_bits) {
      blocks.entries_.push_back({unmapped(*base), *prefix - mapped_bits});
    } else {
      blocks.entries_.push_back({*base, *prefix});
    }
  }
  return blocks;
}

bool AddressBlocks::contains(std::string_view address) const {
  if (address == "unix") return unix_;
  if (entries_.empty()) return false;
  const auto parsed = parse_address(address);
  if (!parsed) return false;
  const auto asked = unmapped(*parsed);
  return std::any_of(entries_.begin(), entries_.end(), [&](const Entry& entry) {
    if (asked.is_v4() != entry.address.is_v4()) return false;
    if (asked.is_v4()) return same_prefix(asked.to_v4().to_bytes(), entry.address.to_v4().to_bytes(), entry.prefix);
    return same_prefix(asked.to_v6().to_bytes(), entry.address.to_v6().to_bytes(), entry.prefix);
  });
}

}  // namespace gatepost::net
