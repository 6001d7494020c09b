#include <utility>

#include "gatepost/crypto/base64.hpp"
#include "gatepost/smtp/sasl/passwords.hpp"
#include "gatepost/smtp/server/session_impl.hpp"

namespace gatepost::smtp {

namespace {
constexpr std::string_view bad_base64 = "501 5.5.2 Cannot decode the response";
}

void ServerSession::Impl::on_auth(std::string_view arguments) {
  if (options.mechanisms.empty()) return error("502 5.5.1 AUTH is not offered");
  if (!peer.esmtp) return error("503 5.5.1 Send EHLO first");
  if (authenticated) return error("503 5.5.1 Already authenticated");
  if (mail_begun) return error("503 5.5.1 AUTH is not allowed inside a mail transaction");
  if (refused_by_policy(false)) return;
  if (!auth_offered()) return error("538 5.7.11 Encryption is required for authentication");

  const auto name = arguments.substr(0, arguments.find(' '));
  const bool has_initial = name.size() < arguments.size();
  const auto initial =
      has_initial ? arguments.substr(arguments.find_first_not_of(' ', name.size())) : std::string_view{};
  if (name.empty() || initial.find(' ') != std::string_view::npos) {
    return error("501 5.5.4 Syntax: AUTH mechanism [initial-response]");
  }
  const auto mechanism = parse_mechanism(name);
  if (!mechanism) return error("504 5.5.4 Unrecognized authentication type");

  if (*mechanism == Mechanism::plain) {
    if (has_initial) return on_plain_message(initial);
    state = State::auth_plain;
    return reply("334 ");
  }
  state = State::auth_login;
  if (has_initial) return on_auth_line(initial);
  reply("334 VXNlcm5hbWU6");  // "Username:"
}

void ServerSession::Impl::on_auth_line(std::string_view line) {
  const auto waited_for = std::exchange(state, State::command);
  if (line == "*") return error("501 5.7.0 Authentication cancelled");
  if (waited_for == State::auth_plain) return on_plain_message(line);

  auto text = crypto::base64_decode(line == "=" ? "" : line);
  if (!text) return error(bad_base64);
  if (waited_for == State::auth_login) {
    auth_login = std::move(*text);
    state = State::auth_password;
    return reply("334 UGFzc3dvcmQ6");  // "Password:"
  }
  check_credentials("LOGIN", std::exchange(auth_login, {}), *text);
}

void ServerSession::Impl::on_plain_message(std::string_view message) {
  const auto decoded = crypto::base64_decode(message);
  const auto credentials = decoded ? read_plain_message(*decoded) : std::nullopt;
  if (!credentials) return error(bad_base64);
  check_credentials("PLAIN", credentials->login, credentials->password);
}

void ServerSession::Impl::check_credentials(std::string_view mechanism, std::string_view login,
                                            std::string_view password) {
  if (!decide(handler->on_auth(peer, {std::string(mechanism), std::string(login), {}, std::string(password), {}, {}}),
              "235 2.7.0 Authentication successful")) {
    if (state != State::closed && !waiting) count_error();
    return;
  }
  authenticated = true;
  peer.user = login;
}

}  // namespace gatepost::smtp
