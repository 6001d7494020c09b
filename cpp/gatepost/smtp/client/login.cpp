#include "gatepost/smtp/client/login.hpp"

#include <algorithm>
#include <utility>

#include "gatepost/core/ascii.hpp"
#include "gatepost/core/base64.hpp"

namespace gatepost::smtp {

using codes::Category;
using codes::Phase;

namespace {

constexpr std::size_t max_command = 510;     // RFC 5321 §4.5.3.1.4, without CRLF
constexpr std::size_t max_response = 12286;  // RFC 4954 §4, without CRLF

const ChannelBindings& bindings_of(const SessionFacts& facts) {
  static const ChannelBindings none;
  return facts.tls ? facts.tls->bindings : none;
}

std::string joined(const std::vector<std::string>& names) {
  std::string all;
  for (const auto& name : names) all += (all.empty() ? "" : ", ") + name;
  return all;
}

/// Those of Windows domains, which are not wanted here.
std::string those_unspoken(const std::vector<std::string>& offered) {
  std::vector<std::string> unspoken;
  for (const auto& name : offered) {
    if (name == "NTLM" || name.starts_with("GSS") || name == "GS2-KRB5" || name == "KERBEROS_V4") {
      unspoken.push_back(name);
    }
  }
  return joined(unspoken);
}

std::vector<std::string> usable(const SessionContext& context, bool cleartext) {
  const auto& options = context.options;
  const SaslPolicy policy{options.mechanisms, context.encrypted(), cleartext, options.client_certificate};
  return usable_mechanisms(context.extensions.auth, options.identity, policy, bindings_of(context.facts));
}

}  // namespace

bool Login::named() const {
  return !context_.options.identity.login.empty() || !context_.options.identity.access_token.empty();
}

Step Login::begin() {
  const auto& options = context_.options;
  if (auto why = check_identity(options.identity)) return give_up(Category::auth_failed, Phase::auth, std::move(*why));
  mechanisms_ = usable(context_, options.allow_cleartext_auth);
  if (!mechanisms_.empty()) return begin_mechanism();
  // A certificate alone may have been all that the server wanted, unless EXTERNAL was asked for by name.
  if (!named() && options.mechanisms.empty()) return Progress::done;
  return none_usable();
}

Step Login::none_usable() {
  const auto& offered = context_.extensions.auth;
  const auto say = [](std::string why) { return give_up(Category::auth_policy, Phase::auth, std::move(why)); };
  if (!usable(context_, true).empty()) {
    return say(
        "the password would travel unencrypted: use TLS or STARTTLS, or allow cleartext authentication for this "
        "account");
  }
  if (offered.empty()) return say("the server offers no authentication");
  auto why = "the server offers no mechanism that fits this account, only " + context_.reply.masked(joined(offered));
  if (const auto unspoken = those_unspoken(offered); !unspoken.empty()) {
    why += ". gatepost does not speak " + unspoken +
           ": ask the server's operator for SCRAM, PLAIN or LOGIN over TLS, XOAUTH2 or OAUTHBEARER with a token, or a "
           "relay that needs no login";
  }
  return say(std::move(why));
}

Step Login::begin_mechanism() {
  challenged_ = false;
  held_response_.reset();
  sasl_ = make_sasl_client(mechanisms_.front(), context_.options.identity, bindings_of(context_.facts),
                           context_.extensions.auth);
  const auto line = verb();
  if (auto first = sasl_->initial_response()) {
    const auto encoded = first->empty() ? "=" : base64_encode(*first);
    if (line.size() + 1 + encoded.size() <= max_command) {
      send(line + ' ' + encoded, line + " ****");
      return Progress::more;
    }
    held_response_ = std::move(first);  // too long for a command: the server asks for it
  }
  send(line);
  return Progress::more;
}

void Login::send(std::string_view line, std::string_view shown) {
  context_.send(line, {.from = this, .phase = Phase::auth, .waited = &context_.facts.timings.auth}, shown);
}

Step Login::on_reply(const Expected& /*to*/) {
  const auto& reply = context_.reply;
  if (reply.code() == 334) return answer_challenge();
  if (reply.code() == 235) return on_success();
  if (reply.refuses()) return on_refusal();
  return Ending{reply.unexpected("not a valid reply to AUTH")};
}

Step Login::on_success() {
  if (!sasl_->may_succeed()) {
    return give_up(Category::protocol_error, Phase::auth,
                   verb() + ": the server accepted the login without proving that it knows the password");
  }
  context_.facts.auth_mechanism = mechanisms_.front();
  sasl_.reset();
  return Progress::done;
}

Step Login::on_refusal() {
  if (mechanisms_.size() > 1 && may_try_next()) {
    refused_ += (refused_.empty() ? "" : ", ") + verb() + " (" + std::to_string(context_.reply.code()) + ")";
    mechanisms_.erase(mechanisms_.begin());
    return begin_mechanism();
  }
  auto why = context_.reply.refusal(Phase::auth);
  if (const auto details = sasl_->error_details(); !details.empty()) {
    why.message = verb() + ": the server's reason: " + std::string(details);
  } else if (!refused_.empty()) {
    why.message = "this was the answer to " + verb() + "; before it the server refused " + refused_;
  }
  return give_up(std::move(why));
}

/// Once the server has seen a secret, only a refusal that speaks of the mechanism leads on: one of the password (535)
/// counts, and a second may lock the account. RFC 4954 §4, §6.
bool Login::may_try_next() const {
  const int code = context_.reply.code();
  if (!sasl_->gave_secret() || held_response_) return true;
  if (code == 504 || code == 534 || code == 538) return true;  // unknown; too weak; not without encryption
  return !challenged_ && (code == 500 || code == 501);         // the line itself: too long, or an initial response
}

Step Login::answer_challenge() {
  challenged_ = true;
  if (held_response_) return respond(*std::exchange(held_response_, std::nullopt));
  const auto line = context_.reply.lines().back();
  const auto text = trim_back(line.substr(std::min<std::size_t>(line.size(), 4)), " ");
  const auto challenge = base64_decode(text);
  const auto response = sasl_->respond(challenge ? std::optional<std::string_view>(*challenge) : std::nullopt);
  return response ? respond(*response) : cancel(response.error());
}

Step Login::respond(std::string_view message) {
  const auto encoded = base64_encode(message);
  if (encoded.size() > max_response) return cancel(verb() + ": the response is longer than RFC 4954 allows");
  send(encoded, "****");
  return Progress::more;
}

/// "*" (RFC 4954 §4) and QUIT; what the server says to that changes nothing.
Step Login::cancel(std::string words) const {
  return Ending{session_failure(Category::protocol_error, Phase::auth,
                                mask_credentials(std::move(words), context_.options.identity)),
                "*\r\nQUIT\r\n"};
}

}  // namespace gatepost::smtp
