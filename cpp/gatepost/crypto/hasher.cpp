#include "gatepost/crypto/hasher.hpp"

#include <openssl/evp.h>

#include <cstdlib>
#include <utility>

namespace gatepost::crypto {
namespace {

// EVP_sha256() and its kin look the algorithm up at every use, which costs as much as hashing a line.
const EVP_MD* fetched(Digest digest) {
  static const EVP_MD* const sha1 = EVP_MD_fetch(nullptr, "SHA1", nullptr);
  static const EVP_MD* const sha256 = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  static const EVP_MD* const sha512 = EVP_MD_fetch(nullptr, "SHA512", nullptr);
  switch (digest) {
    case Digest::md5:
      return EVP_md5();
    case Digest::sha1:
      return sha1;
    case Digest::sha256:
      return sha256;
    case Digest::sha512:
      break;
  }
  return sha512;
}

// A digest that cannot be computed would let a forged letter pass: there is nothing sensible to go on with.
void require(int done) {
  if (done != 1) std::abort();
}

}  // namespace

struct Hasher::Impl {
  explicit Impl(const EVP_MD* algorithm) : md(algorithm), context(EVP_MD_CTX_new()) {}
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  ~Impl() { EVP_MD_CTX_free(context); }

  const EVP_MD* md;
  EVP_MD_CTX* context;
};

Hasher::Hasher(Digest digest) : impl_(std::make_unique<Impl>(fetched(digest))) {
  require(EVP_DigestInit_ex(impl_->context, impl_->md, nullptr));
}
Hasher::Hasher(const Hasher& other) : impl_(std::make_unique<Impl>(other.impl_->md)) {
  require(EVP_MD_CTX_copy_ex(impl_->context, other.impl_->context));
}
Hasher::Hasher(Hasher&&) noexcept = default;
Hasher::~Hasher() = default;
Hasher& Hasher::operator=(Hasher other) noexcept {
  std::swap(impl_, other.impl_);
  return *this;
}

void Hasher::update(std::string_view bytes) {
  if (!bytes.empty()) require(EVP_DigestUpdate(impl_->context, bytes.data(), bytes.size()));
}

std::string Hasher::finish() {
  std::string out(static_cast<std::size_t>(EVP_MD_get_size(impl_->md)), '\0');
  require(EVP_DigestFinal_ex(impl_->context, reinterpret_cast<unsigned char*>(out.data()), nullptr));
  require(EVP_DigestInit_ex(impl_->context, impl_->md, nullptr));
  return out;
}

}  // namespace gatepost::crypto
