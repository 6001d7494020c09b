#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "gatepost/crypto/hasher.hpp"

namespace gatepost::dkim {

/// RFC 6376 §3.4.
enum class Canonicalization : std::uint8_t { simple, relaxed };
std::string_view to_string(Canonicalization canonicalization);
std::optional<Canonicalization> parse_canonicalization(std::string_view name);

/// Appends a header field in its canonical form, without a CRLF behind it. `whole` is as in Field.
void append_field(std::string& out, Canonicalization canonicalization, std::string_view whole);

/// Hashes a body in its canonical form (§3.4.3, §3.4.4), in pieces of any size: where they are cut changes nothing.
class BodyHash {
 public:
  /// With `limit`, only so many octets of the canonical body count (l=).
  BodyHash(Canonicalization canonicalization, crypto::Digest digest, std::optional<std::uint64_t> limit = {});

  void update(std::string_view bytes);
  /// The raw digest. Nothing may follow.
  std::string finish();
  /// Octets of the canonical body, whatever the limit; after finish().
  std::uint64_t length() const { return length_; }

 private:
  void simple(std::string_view bytes);
  void relaxed(std::string_view bytes);
  void relaxed_byte(char c);
  void end_line();
  void emit(std::string_view bytes);
  void emit_line_ends();

  Canonicalization canonicalization_;
  crypto::Hasher hasher_;
  std::optional<std::uint64_t> limit_;
  std::uint64_t length_ = 0;
  std::uint64_t line_ends_ = 0;  // CRLFs seen and not yet given out: they may be the last
  bool carriage_return_ = false;
  bool space_ = false;  // relaxed: white space that may end the line
};

}  // namespace gatepost::dkim
