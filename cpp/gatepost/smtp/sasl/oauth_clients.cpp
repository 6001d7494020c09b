#include "gatepost/smtp/sasl/oauth_clients.hpp"

#include "gatepost/smtp/sasl/gs2.hpp"
#include "gatepost/smtp/sasl/one_message_client.hpp"
#include "gatepost/smtp/sasl/refusal_details.hpp"

namespace gatepost::smtp {
namespace {

/// A challenge that says something is the server's refusal in JSON; `acknowledgement` lets it go on to its code.
class OauthClient : public OneMessageClient {
 public:
  OauthClient(std::string_view name, const SaslIdentity& identity, std::string_view acknowledgement)
      : OneMessageClient(name, identity), acknowledgement_(acknowledgement) {}
  SaslAnswer respond(std::optional<std::string_view> challenge) override {
    if (refused_) return broken(name(), "the server asks for more than the mechanism has");
    if (!challenge || challenge->empty()) return OneMessageClient::respond(challenge);
    refused_ = true;
    details_ = refusal_details(*challenge, identity_);
    return answer(std::string(acknowledgement_));
  }
  bool may_succeed() const override { return !refused_; }
  std::string_view error_details() const override { return details_; }

 private:
  std::string_view acknowledgement_;
  std::string details_;
  bool refused_ = false;
};

class OauthbearerClient final : public OauthClient {
 public:
  explicit OauthbearerClient(const SaslIdentity& identity) : OauthClient("OAUTHBEARER", identity, "\x01") {}

 private:
  std::string message() const override {
    auto text = gs2_header('n', {}, identity_.authzid.empty() ? identity_.login : identity_.authzid) + '\x01';
    if (!identity_.host.empty()) text += "host=" + identity_.host + '\x01';
    if (identity_.port != 0) text += "port=" + std::to_string(identity_.port) + '\x01';
    return text + "auth=Bearer " + identity_.access_token + "\x01\x01";
  }
};

class Xoauth2Client final : public OauthClient {
 public:
  explicit Xoauth2Client(const SaslIdentity& identity) : OauthClient("XOAUTH2", identity, "") {}

 private:
  std::string message() const override {
    return "user=" + identity_.login + "\x01" + "auth=Bearer " + identity_.access_token + "\x01\x01";
  }
};

}  // namespace

std::unique_ptr<SaslClient> make_oauthbearer_client(const SaslIdentity& identity) {
  return std::make_unique<OauthbearerClient>(identity);
}
std::unique_ptr<SaslClient> make_xoauth2_client(const SaslIdentity& identity) {
  return std::make_unique<Xoauth2Client>(identity);
}

}  // namespace gatepost::smtp
