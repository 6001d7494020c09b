#pragma once
#include <memory>
#include <string>
#include <string_view>

#include "gatepost/crypto/digest.hpp"

namespace gatepost::crypto {

/// A digest computed piece by piece.
class Hasher {
 public:
  explicit Hasher(Digest digest);
  ~Hasher();
  Hasher(const Hasher& other);  ///< goes on from the same state
  Hasher(Hasher&&) noexcept;
  Hasher& operator=(Hasher other) noexcept;

  void update(std::string_view bytes);
  /// The raw digest; the hasher is reset.
  std::string finish();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace gatepost::crypto
