#include <utility>

#include "gatepost/crypto/base64.hpp"
#include "gatepost/smtp/client/session_impl.hpp"

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

}  // namespace

void ClientSession::Impl::log_in() {
  const auto& who = options.identity;
  const bool named = !who.login.empty() || !who.access_token.empty();
  if (!named && !options.client_certificate) return become_ready();
  if (auto why = check_identity(who)) return give_up(Category::auth_failed, Phase::auth, std::move(*why));

  SaslPolicy policy{options.mechanisms, tls_active, options.allow_cleartext_auth, options.client_certificate};
  const auto& bindings = bindings_of(facts);
  mechanisms = usable_mechanisms(extensions.auth, who, policy, bindings);
  if (!mechanisms.empty()) return begin_mechanism();
  // A certificate alone may have been all that the server wanted, unless EXTERNAL was asked for by name.
  if (!named && options.mechanisms.empty()) return become_ready();
  policy.allow_cleartext = true;
  if (!usable_mechanisms(extensions.auth, who, policy, bindings).empty()) {
    return give_up(Category::auth_policy, Phase::auth,
                   "the password would travel unencrypted: use TLS or STARTTLS, or allow cleartext authentication for "
                   "this account");
  }
  if (extensions.auth.empty())
    return give_up(Category::auth_policy, Phase::auth, "the server offers no authentication");
  give_up(Category::auth_policy, Phase::auth,
          "the server offers no mechanism that fits this account, only " + heard(joined(extensions.auth)));
}

void ClientSession::Impl::begin_mechanism() {
  auth_begun = false;
  held_response.reset();
  sasl = make_sasl_client(mechanisms.front(), options.identity, bindings_of(facts), extensions.auth);
  const auto line = "AUTH " + mechanisms.front();
  auto first = sasl->initial_response();
  if (!first) return command(line, Command::auth);
  const auto encoded = first->empty() ? "=" : crypto::base64_encode(*first);
  if (line.size() + 1 + encoded.size() <= max_command) {
    return command(line + ' ' + encoded, Command::auth, line + " ****");
  }
  held_response = std::move(first);  // too long for a command: the server asks for it
  command(line, Command::auth);
}

void ClientSession::Impl::on_auth() {
  const int code = reader.code();
  if (code == 334) return answer_challenge();
  if (code < 400 && code != 235) return protocol_error("not an answer to AUTH: " + heard().to_string());
  if (code == 235) {
    if (!sasl->may_succeed()) {
      return give_up(Category::protocol_error, Phase::auth,
                     "AUTH " + mechanisms.front() + ": the server says yes but has not proved to be the right one");
    }
    facts.auth_mechanism = mechanisms.front();
    authenticated = true;
    sasl.reset();
    expected.pop_front();
    return become_ready();
  }
  if (mechanisms.size() > 1 && may_try_next(code)) {
    mechanisms.erase(mechanisms.begin());
    expected.pop_front();
    return begin_mechanism();
  }
  auto why = refusal(Phase::auth);
  if (const auto details = sasl->error_details(); !details.empty()) {
    why.message = "AUTH " + mechanisms.front() + ": the server's reason: " + std::string(details);
  }
  give_up(std::move(why));
}

/// Whether the refusal speaks of the mechanism. One that speaks of the password (535) is final: a second try may lock
/// the account. RFC 4954 §4, §6.
bool ClientSession::Impl::may_try_next(int code) const {
  if (code == 504 || code == 534 || code == 538) return true;  // unknown; too weak; not without encryption
  if (code == 535) return mechanisms.front() == "EXTERNAL";    // the certificate's refusal says nothing of a password
  return !auth_begun && (code == 500 || code == 501);          // the line itself: too long, or an initial response
}

void ClientSession::Impl::answer_challenge() {
  auth_begun = true;
  if (held_response) return send_response(*std::exchange(held_response, std::nullopt));
  const auto line = reader.lines().back();
  auto text = line.substr(std::min<std::size_t>(line.size(), 4));
  while (text.ends_with(' ')) text.remove_suffix(1);
  const auto challenge = crypto::base64_decode(text);
  const auto response = sasl->respond(challenge ? std::optional<std::string_view>(*challenge) : std::nullopt);
  if (!response) return cancel_auth(response.error());
  send_response(*response);
}

void ClientSession::Impl::send_response(std::string_view message) {
  const auto encoded = crypto::base64_encode(message);
  if (encoded.size() > max_response) {
    return cancel_auth("AUTH " + mechanisms.front() + ": the response is longer than RFC 4954 allows");
  }
  expected.pop_front();
  command(encoded, Command::auth, "****");
}

/// "*" (RFC 4954 §4) and QUIT; what the server says to that changes nothing.
void ClientSession::Impl::cancel_auth(std::string words) {
  auto why =
      codes::local_failure(Category::protocol_error, Phase::auth, mask_credentials(std::move(words), options.identity));
  why.scope = codes::Scope::session;
  end_session(std::move(why));
  staged.append("*\r\nQUIT\r\n");
  if (options.keep_transcript) {
    session_log.client("*");
    session_log.client("QUIT");
  }
}

}  // namespace gatepost::smtp
