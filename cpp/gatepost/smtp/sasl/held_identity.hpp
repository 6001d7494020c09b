#pragma once
#include "gatepost/crypto/secret.hpp"
#include "gatepost/smtp/sasl/client.hpp"

namespace gatepost::smtp {

/// An identity for as long as an exchange lasts; its secrets do not stay in memory behind it.
struct HeldIdentity : SaslIdentity {
  explicit HeldIdentity(const SaslIdentity& identity) : SaslIdentity(identity) {}
  ~HeldIdentity() {
    crypto::cleanse(password);
    crypto::cleanse(access_token);
  }
  HeldIdentity(const HeldIdentity&) = delete;
  HeldIdentity& operator=(const HeldIdentity&) = delete;
};

}  // namespace gatepost::smtp
