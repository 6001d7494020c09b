#include "gatepost/crypto/keys.hpp"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <cstdlib>
#include <limits>
#include <optional>

#include "gatepost/crypto/bytes_of.hpp"
#include "gatepost/crypto/ed25519.hpp"
#include "gatepost/crypto/openssl_ptr.hpp"
#include "gatepost/crypto/secret.hpp"

namespace gatepost::crypto {
namespace {

using Key = OpensslPtr<EVP_PKEY, EVP_PKEY_free>;
using KeyContext = OpensslPtr<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;
using Bio = OpensslPtr<BIO, BIO_free_all>;

constexpr std::size_t ed25519_bytes = 32;

/// nullopt where the key is of no kind that DKIM knows.
std::optional<KeyType> type_of(const EVP_PKEY* key) {
  const int id = EVP_PKEY_get_base_id(key);
  if (id == EVP_PKEY_RSA) return KeyType::rsa;
  if (id == EVP_PKEY_ED25519) return KeyType::ed25519;
  return std::nullopt;
}

/// Of Ed25519 all that a key has, as its users count it; OpenSSL counts those of the group's order.
unsigned bits_of(KeyType type, const EVP_PKEY* key) {
  return type == KeyType::ed25519 ? ed25519_bytes * 8 : static_cast<unsigned>(EVP_PKEY_get_bits(key));
}

int passphrase_callback(char* buffer, int size, int, void* passphrase) {
  const auto& text = *static_cast<const std::string*>(passphrase);
  if (text.empty() || text.size() > static_cast<std::size_t>(size)) return -1;
  text.copy(buffer, text.size());
  return static_cast<int>(text.size());
}

std::string contents(BIO* bio) {
  char* data = nullptr;
  const auto size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(size)};
}

}  // namespace

namespace {

/// With what is looked up and checked once; a signature takes a copy.
KeyContext rsa_signing_context(EVP_PKEY* key) {
  KeyContext context(EVP_PKEY_CTX_new(key, nullptr));
  if (EVP_PKEY_sign_init(context.get()) != 1 || EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_PADDING) != 1 ||
      EVP_PKEY_CTX_set_signature_md(context.get(), EVP_sha256()) != 1) {
    std::abort();
  }
  return context;
}

std::string seed_of(EVP_PKEY* key) {
  std::string seed(Ed25519Secret::seed_bytes, '\0');
  auto size = seed.size();
  if (EVP_PKEY_get_raw_private_key(key, bytes_of(seed), &size) != 1) std::abort();
  return seed;
}

}  // namespace

struct SigningKey::Impl {
  explicit Impl(Key made, KeyType of_type) : key(std::move(made)), type(of_type) {
    if (type == KeyType::rsa) {
      rsa = rsa_signing_context(key.get());
    } else {
      auto seed = seed_of(key.get());
      ed25519.emplace(seed);
      cleanse(seed);
    }
  }
  Key key;
  KeyType type;
  KeyContext rsa;
  std::optional<Ed25519Secret> ed25519;
};

Result<SigningKey, std::string> SigningKey::load(std::string_view pem, const std::string& passphrase) {
  if (pem.size() > static_cast<std::size_t>(std::numeric_limits<int>::max()))
    return std::string("is too long for a key");
  const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  // OpenSSL only hands it back to the callback, which reads it.
  Key key(PEM_read_bio_PrivateKey(bio.get(), nullptr, &passphrase_callback, const_cast<std::string*>(&passphrase)));
  ERR_clear_error();
  if (!key) {
    const bool encrypted = pem.find("ENCRYPTED") != std::string_view::npos;
    return std::string(encrypted ? "the passphrase does not open the key" : "holds no readable private key (PEM)");
  }
  const auto type = type_of(key.get());
  if (!type) return std::string("the key is neither RSA nor Ed25519");
  return SigningKey(std::make_shared<const Impl>(std::move(key), *type));
}

Result<SigningKey, std::string> SigningKey::generate(KeyType type, unsigned bits) {
  constexpr unsigned least = 1024;
  constexpr unsigned most = 8192;
  if (type == KeyType::rsa && (bits < least || bits > most)) return std::string("bits must be from 1024 to 8192");
  Key key(type == KeyType::rsa ? EVP_RSA_gen(bits) : EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
  if (!key) return std::string("OpenSSL could not make a key");
  return SigningKey(std::make_shared<const Impl>(std::move(key), type));
}

KeyType SigningKey::type() const { return impl_->type; }
unsigned SigningKey::bits() const { return bits_of(impl_->type, impl_->key.get()); }

std::string SigningKey::public_key() const {
  if (impl_->type == KeyType::ed25519) {
    std::string raw(ed25519_bytes, '\0');
    auto size = raw.size();
    if (EVP_PKEY_get_raw_public_key(impl_->key.get(), bytes_of(raw), &size) != 1) std::abort();
    return raw;
  }
  unsigned char* der = nullptr;
  const int size = i2d_PUBKEY(impl_->key.get(), &der);
  if (size < 0) std::abort();
  std::string out(reinterpret_cast<char*>(der), static_cast<std::size_t>(size));
  OPENSSL_free(der);
  return out;
}

std::string SigningKey::to_pem() const {
  const Bio bio(BIO_new(BIO_s_mem()));
  if (PEM_write_bio_PKCS8PrivateKey(bio.get(), impl_->key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1)
    std::abort();
  return contents(bio.get());
}

std::string SigningKey::sign_sha256(std::string_view digest) const {
  if (impl_->ed25519) return impl_->ed25519->sign(digest);
  std::string out(static_cast<std::size_t>(EVP_PKEY_get_size(impl_->key.get())), '\0');
  auto size = out.size();
  const KeyContext context(EVP_PKEY_CTX_dup(impl_->rsa.get()));
  if (EVP_PKEY_sign(context.get(), bytes_of(out), &size, bytes_of(digest), digest.size()) != 1) std::abort();
  out.resize(size);
  return out;
}

struct VerifyingKey::Impl {
  KeyType type;
  Key rsa;
  std::string ed25519;
};

Result<VerifyingKey, std::string> VerifyingKey::from_bytes(KeyType type, std::string_view bytes) {
  const std::string none = "not a public key of this type";
  if (type == KeyType::ed25519) {
    if (bytes.size() != ed25519_bytes) return none;
    return VerifyingKey(std::make_shared<const Impl>(Impl{type, nullptr, std::string(bytes)}));
  }
  constexpr std::size_t most = 4096;
  if (bytes.size() > most) return none;
  const auto size = static_cast<long>(bytes.size());
  const auto* at = bytes_of(bytes);
  Key key(d2i_PUBKEY(nullptr, &at, size));
  if (!key) {
    at = bytes_of(bytes);
    key.reset(d2i_PublicKey(EVP_PKEY_RSA, nullptr, &at, size));
  }
  ERR_clear_error();
  if (!key || type_of(key.get()) != type) return none;
  return VerifyingKey(std::make_shared<const Impl>(Impl{type, std::move(key), {}}));
}

KeyType VerifyingKey::type() const { return impl_->type; }

unsigned VerifyingKey::bits() const { return bits_of(impl_->type, impl_->rsa.get()); }

bool VerifyingKey::verify(Digest algorithm, std::string_view digest, std::string_view signature) const {
  if (impl_->type == KeyType::ed25519) {
    return algorithm == Digest::sha256 && ed25519_verify(impl_->ed25519, digest, signature);
  }
  if (algorithm != Digest::sha256 && algorithm != Digest::sha1) return false;
  const auto* md = algorithm == Digest::sha256 ? EVP_sha256() : EVP_sha1();
  const KeyContext context(EVP_PKEY_CTX_new(impl_->rsa.get(), nullptr));
  const bool verified =
      EVP_PKEY_verify_init(context.get()) == 1 && EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_PADDING) == 1 &&
      EVP_PKEY_CTX_set_signature_md(context.get(), md) == 1 &&
      EVP_PKEY_verify(context.get(), bytes_of(signature), signature.size(), bytes_of(digest), digest.size()) == 1;
  ERR_clear_error();
  return verified;
}

}  // namespace gatepost::crypto
