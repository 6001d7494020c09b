#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace gatepost::crypto {

enum class Digest : std::uint8_t { md5, sha1, sha256, sha512 };

/// False where the system's policy forbids the digest, as FIPS does MD5. Those below must not be called then.
bool is_available(Digest digest);

/// In bytes.
std::size_t digest_size(Digest digest);

/// FIPS 180-4, RFC 1321; raw bytes.
std::string hash(Digest digest, std::string_view bytes);

/// RFC 2104; raw bytes.
std::string hmac(Digest digest, std::string_view key, std::string_view bytes);

/// RFC 8018 §5.2 with HMAC, as long as the digest. `iterations` is at least 1.
std::string pbkdf2(Digest digest, std::string_view password, std::string_view salt, std::uint32_t iterations);

}  // namespace gatepost::crypto
