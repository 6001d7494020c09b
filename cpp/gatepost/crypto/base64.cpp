#include "gatepost/crypto/base64.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <limits>

namespace gatepost::crypto {

std::string base64_encode(std::string_view bytes) {
  // EVP_EncodeBlock counts in int; a multiple of three makes blocks that join without padding between them.
  constexpr std::size_t block = std::size_t{3} << 20;
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  while (!bytes.empty()) {
    const auto part = bytes.substr(0, block);
    bytes.remove_prefix(part.size());
    const auto at = out.size();
    out.resize(at + (part.size() + 2) / 3 * 4 + 1);  // EVP writes a NUL behind
    EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data() + at),
                    reinterpret_cast<const unsigned char*>(part.data()), static_cast<int>(part.size()));
    out.pop_back();
  }
  return out;
}

namespace {

constexpr int value_of(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+') return 62;
  if (c == '/') return 63;
  return -1;
}

}  // namespace

// EVP_DecodeBlock trims white space and keeps the bytes that padding stands for: not strict enough.
std::optional<std::string> base64_decode(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  std::size_t padding = 0;
  while (padding < 2 && padding < text.size() && text[text.size() - 1 - padding] == '=') ++padding;
  text.remove_suffix(padding);

  std::string out;
  out.reserve(text.size() * 3 / 4);
  unsigned bits = 0;
  int held = 0;
  for (const char c : text) {
    const int value = value_of(c);
    if (value < 0) return std::nullopt;
    bits = (bits << 6 | static_cast<unsigned>(value)) & 0xFFFF;
    held += 6;
    if (held >= 8) {
      held -= 8;
      out.push_back(static_cast<char>(bits >> held & 0xFF));
    }
  }
  if ((bits & ((1u << held) - 1)) != 0) return std::nullopt;  // RFC 4648 §3.5: pad bits are zero
  return out;
}

}  // namespace gatepost::crypto
