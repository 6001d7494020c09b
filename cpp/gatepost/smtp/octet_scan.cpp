#include "gatepost/smtp/octet_scan.hpp"

#include <array>
#include <cstdint>
#include <cstring>

namespace gatepost::smtp {

namespace {

bool has_high(std::string_view bytes) {
  using Block = std::array<std::uint64_t, 4>;
  constexpr std::uint64_t high_bits = 0x8080'8080'8080'8080;
  Block seen{};
  for (; bytes.size() >= sizeof(Block); bytes.remove_prefix(sizeof(Block))) {
    Block block;
    std::memcpy(block.data(), bytes.data(), sizeof(Block));
    for (std::size_t i = 0; i < block.size(); ++i) seen[i] |= block[i];
  }
  unsigned char rest = 0;
  for (const char c : bytes) rest |= static_cast<unsigned char>(c);
  return (((seen[0] | seen[1] | seen[2] | seen[3]) & high_bits) | (rest & 0x80U)) != 0;
}

}  // namespace

void OctetScan::read(std::string_view bytes) {
  if (bytes.empty()) return;
  if (!nul_) nul_ = std::memchr(bytes.data(), 0, bytes.size()) != nullptr;
  if (!high_) high_ = has_high(bytes);
}

}  // namespace gatepost::smtp
