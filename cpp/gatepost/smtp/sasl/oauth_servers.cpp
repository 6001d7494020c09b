#include <algorithm>

#include "gatepost/core/ascii.hpp"
#include "gatepost/core/text_gate.hpp"
#include "gatepost/smtp/sasl/gs2.hpp"
#include "gatepost/smtp/sasl/simple_servers.hpp"
#include "gatepost/smtp/sasl/step.hpp"

namespace gatepost::smtp {
namespace {

constexpr char separator = '\x01';

/// The next "key=value" of `rest`, cut off with its separator; empty where none ends.
std::string_view take_pair(std::string_view& rest) {
  const auto end = rest.find(separator);
  if (end == std::string_view::npos) return {};
  const auto pair = rest.substr(0, end);
  rest.remove_prefix(end + 1);
  return pair;
}

/// The token of "auth=Bearer TOKEN" (RFC 6750 §2.1), or "".
std::string_view bearer_token(std::string_view pair) {
  constexpr std::string_view before = "auth=Bearer ";
  if (!equal_ignoring_case(pair.substr(0, before.size()), before)) return {};
  const auto token = pair.substr(before.size());
  const bool good = std::all_of(token.begin(), token.end(), [](char c) { return c > ' ' && c < 127; });
  return good ? token : std::string_view();
}

class OauthServer : public SaslServer {
 public:
  Step step(std::optional<std::string_view> response) final {
    if (!response) return std::exchange(asked_, true) ? malformed_step() : challenge_step("");
    return read(*response);
  }

 protected:
  virtual Step read(std::string_view message) = 0;

 private:
  bool asked_ = false;
};

class OauthbearerServer final : public OauthServer {
 public:
  std::string refusal_challenge() const override { return R"({"status":"invalid_token"})"; }

 private:
  Step read(std::string_view message) override {
    const auto header = read_gs2_header(message);
    if (!header || header->flag == 'p') return malformed_step();
    auto rest = message.substr(header->length);
    if (!rest.starts_with(separator)) return malformed_step();
    rest.remove_prefix(1);
    std::string_view token;
    for (auto pair = take_pair(rest); !pair.empty(); pair = take_pair(rest)) {
      if (check_line("pair", pair, Tabs::allowed)) return malformed_step();
      if (!pair.starts_with("auth=")) continue;
      if (!token.empty()) return malformed_step();
      token = bearer_token(pair);
      if (token.empty()) return malformed_step();
    }
    if (!rest.empty() || !message.ends_with("\x01\x01") || token.empty()) return malformed_step();
    return attempt_step({"OAUTHBEARER", header->authzid, {}, {}, std::string(token), {}});
  }
};

class Xoauth2Server final : public OauthServer {
 public:
  std::string refusal_challenge() const override { return R"({"status":"401","schemes":"bearer"})"; }

 private:
  Step read(std::string_view message) override {
    auto rest = message;
    const auto user = take_pair(rest);
    const auto token = bearer_token(take_pair(rest));
    if (!user.starts_with("user=") || token.empty() || rest != std::string_view(&separator, 1)) return malformed_step();
    const auto login = user.substr(5);
    if (login.empty() || check_line("user", login)) return malformed_step();
    return attempt_step({"XOAUTH2", std::string(login), {}, {}, std::string(token), {}});
  }
};

}  // namespace

std::unique_ptr<SaslServer> make_oauthbearer_server() { return std::make_unique<OauthbearerServer>(); }
std::unique_ptr<SaslServer> make_xoauth2_server() { return std::make_unique<Xoauth2Server>(); }

}  // namespace gatepost::smtp
