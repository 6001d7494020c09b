#include "gatepost/smtp/sasl/simple_servers.hpp"

#include "gatepost/core/text_gate.hpp"
#include "gatepost/core/utf8.hpp"
#include "gatepost/crypto/random.hpp"
#include "gatepost/crypto/secret.hpp"
#include "gatepost/smtp/sasl/simple_clients.hpp"
#include "gatepost/smtp/sasl/step.hpp"

namespace gatepost::smtp {
namespace {

bool is_login(std::string_view text) { return !text.empty() && !check_line("login", text); }
/// A wrong password may hold anything that is text.
bool is_password(std::string_view text) {
  return text.find('\0') == std::string_view::npos && find_invalid_utf8(text) == std::string_view::npos;
}

class PlainServer final : public SaslServer {
 public:
  Step step(std::optional<std::string_view> response) override {
    if (!response) return std::exchange(asked_, true) ? malformed_step() : challenge_step("");
    const auto first = response->find('\0');
    const auto second = first == std::string_view::npos ? first : response->find('\0', first + 1);
    if (second == std::string_view::npos) return malformed_step();
    const auto authzid = response->substr(0, first);
    const auto login = response->substr(first + 1, second - first - 1);
    const auto password = response->substr(second + 1);
    if (check_line("authzid", authzid) || !is_login(login) || !is_password(password)) return malformed_step();
    return attempt_step({"PLAIN", std::string(login), std::string(authzid), std::string(password), {}, {}});
  }

 private:
  bool asked_ = false;
};

class LoginServer final : public SaslServer {
 public:
  Step step(std::optional<std::string_view> response) override {
    if (!response) return std::exchange(asked_, true) ? malformed_step() : challenge_step("Username:");
    if (login_.empty()) {
      if (!is_login(*response)) return malformed_step();
      login_ = *response;
      asked_ = true;
      return challenge_step("Password:");
    }
    if (!is_password(*response)) return malformed_step();
    return attempt_step({"LOGIN", login_, {}, std::string(*response), {}, {}});
  }

 private:
  std::string login_;
  bool asked_ = false;
};

class CramMd5Server final : public SaslServer {
 public:
  CramMd5Server(const SaslServerContext& context, std::string challenge)
      : context_(context), challenge_(std::move(challenge)) {}
  Step step(std::optional<std::string_view> response) override {
    if (!std::exchange(asked_, true)) return response ? malformed_step() : challenge_step(challenge_);
    const auto space = response ? response->rfind(' ') : std::string_view::npos;
    if (space == std::string_view::npos || response->size() - space - 1 != 32) return malformed_step();
    const auto login = response->substr(0, space);
    const bool is_hex = response->find_first_not_of("0123456789abcdef", space + 1) == std::string_view::npos;
    if (!is_login(login) || !is_hex) return malformed_step();

    auto password = context_.password_of ? context_.password_of(login) : std::nullopt;
    const bool known = password.has_value();
    if (!known) password = crypto::random_token(16);
    const bool right = crypto::equal_in_constant_time(*response, cram_md5_message(login, *password, challenge_));
    crypto::cleanse(*password);
    return attempt_step({"CRAM-MD5", std::string(login), {}, {}, {}, known && right});
  }

 private:
  SaslServerContext context_;
  std::string challenge_;
  bool asked_ = false;
};

}  // namespace

std::unique_ptr<SaslServer> make_plain_server() { return std::make_unique<PlainServer>(); }
std::unique_ptr<SaslServer> make_login_server() { return std::make_unique<LoginServer>(); }
std::unique_ptr<SaslServer> make_cram_md5_server(const SaslServerContext& context, std::string challenge) {
  return std::make_unique<CramMd5Server>(context, std::move(challenge));
}

}  // namespace gatepost::smtp
