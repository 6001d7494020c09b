#include "gatepost/smtp/octet_scan.hpp"

#include <cstdint>
#include <cstring>

namespace gatepost::smtp {

namespace {

std::uint64_t word_at(const char* at) {
  std::uint64_t word;
  std::memcpy(&word, at, sizeof(word));
  return word;
}

bool has_high(std::string_view bytes) {
  constexpr std::uint64_t high_bits = 0x8080'8080'8080'8080;
  constexpr std::size_t block = 64;
  const char* at = bytes.data();
  const char* const end = at + bytes.size();
  std::uint64_t a = 0;
  std::uint64_t b = 0;
  for (; static_cast<std::size_t>(end - at) >= block; at += block) {
    a |= word_at(at) | word_at(at + 8) | word_at(at + 16) | word_at(at + 24);
    b |= word_at(at + 32) | word_at(at + 40) | word_at(at + 48) | word_at(at + 56);
  }
  unsigned char rest = 0;
  for (; at != end; ++at) rest |= static_cast<unsigned char>(*at);
  return (((a | b) & high_bits) | (rest & 0x80U)) != 0;
}

}  // namespace

void OctetScan::read(std::string_view bytes) {
  if (bytes.empty()) return;
  if (!nul_) nul_ = std::memchr(bytes.data(), 0, bytes.size()) != nullptr;
  if (!high_) high_ = has_high(bytes);
}

}  // namespace gatepost::smtp
