#include "gatepost/smtp/sasl/simple_clients.hpp"

#include "gatepost/crypto/digest.hpp"
#include "gatepost/smtp/sasl/one_message_client.hpp"

namespace gatepost::smtp {
namespace {

class PlainClient final : public OneMessageClient {
 public:
  explicit PlainClient(const SaslIdentity& identity) : OneMessageClient("PLAIN", identity) {}

 private:
  std::string message() const override {
    return identity_.authzid + '\0' + identity_.login + '\0' + identity_.password;
  }
};

class ExternalClient final : public OneMessageClient {
 public:
  explicit ExternalClient(const SaslIdentity& identity) : OneMessageClient("EXTERNAL", identity) {}
  bool gave_secret() const override { return false; }  // the certificate was shown long before

 private:
  std::string message() const override { return identity_.authzid; }
};

class LoginClient final : public SaslClient {
 public:
  explicit LoginClient(const SaslIdentity& identity) : identity_(identity) {}
  std::string_view name() const override { return "LOGIN"; }
  std::optional<std::string> initial_response() override { return std::nullopt; }
  SaslAnswer respond(std::optional<std::string_view>) override {
    if (asked_ == 2) return broken(name(), "the server asks for more than the mechanism has");
    return answer(asked_++ == 0 ? identity_.login : identity_.password);
  }
  bool gave_secret() const override { return asked_ == 2; }

 private:
  const HeldIdentity identity_;
  int asked_ = 0;
};

class CramMd5Client final : public SaslClient {
 public:
  explicit CramMd5Client(const SaslIdentity& identity) : identity_(identity) {}
  std::string_view name() const override { return "CRAM-MD5"; }
  std::optional<std::string> initial_response() override { return std::nullopt; }
  SaslAnswer respond(std::optional<std::string_view> challenge) override {
    if (std::exchange(asked_, true)) return broken(name(), "the server asks for more than the mechanism has");
    if (!challenge || challenge->empty()) return broken(name(), "the server's challenge is missing or not base64");
    return answer(cram_md5_message(identity_.login, identity_.password, *challenge));
  }
  bool gave_secret() const override { return asked_; }

 private:
  const HeldIdentity identity_;
  bool asked_ = false;
};

}  // namespace

std::string cram_md5_message(std::string_view login, std::string_view password, std::string_view challenge) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string message(login);
  message += ' ';
  for (const char c : crypto::hmac(crypto::Digest::md5, password, challenge)) {
    const auto byte = static_cast<unsigned char>(c);
    message += digits[byte >> 4];
    message += digits[byte & 15];
  }
  return message;
}

std::unique_ptr<SaslClient> make_plain_client(const SaslIdentity& identity) {
  return std::make_unique<PlainClient>(identity);
}
std::unique_ptr<SaslClient> make_login_client(const SaslIdentity& identity) {
  return std::make_unique<LoginClient>(identity);
}
std::unique_ptr<SaslClient> make_cram_md5_client(const SaslIdentity& identity) {
  return std::make_unique<CramMd5Client>(identity);
}
std::unique_ptr<SaslClient> make_external_client(const SaslIdentity& identity) {
  return std::make_unique<ExternalClient>(identity);
}

}  // namespace gatepost::smtp
