// A server, or a client, that says anything at all to the other side of every mechanism: nobody who does not know the
// password gets through, and the password stands in nothing but the messages that are there to carry it.
// Input: a byte that chooses side and mechanism, then messages one a line; "-" alone is one that was no base64, or a
// missing initial response.
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "gatepost/core/text_gate.hpp"
#include "gatepost/smtp/sasl/saslprep.hpp"
#include "gatepost/smtp/sasl/scram_client.hpp"
#include "gatepost/smtp/sasl/scram_server.hpp"
#include "gatepost/smtp/sasl/simple_servers.hpp"

using namespace gatepost::smtp;

namespace {

constexpr std::string_view password = "correct horse";
constexpr std::string_view nonce = "rOprNGfwEbeRWgbNEkqO";  // fixed, so that a corpus can go on from it
constexpr std::array<std::string_view, 11> mechanisms = {
    "PLAIN",       "LOGIN",         "CRAM-MD5",      "XOAUTH2",          "OAUTHBEARER",       "EXTERNAL",
    "SCRAM-SHA-1", "SCRAM-SHA-256", "SCRAM-SHA-512", "SCRAM-SHA-1-PLUS", "SCRAM-SHA-256-PLUS"};
const ChannelBindings bindings{"exported", "finished", "digest"};

void require(bool condition) {
  if (!condition) std::abort();
}

struct Messages {
  std::string_view rest;
  /// False at the end.
  bool next(std::optional<std::string_view>& message) {
    if (rest.empty()) return false;
    const auto line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    message = line == "-" ? std::nullopt : std::optional(line);
    return true;
  }
};

/// Counts that are allowed but take too long to try many.
bool is_slow(std::string_view input) {
  for (auto at = input.find("i="); at != std::string_view::npos; at = input.find("i=", at + 1)) {
    const auto digits = input.substr(at + 2).find_first_not_of("0123456789");
    if ((digits == std::string_view::npos ? input.size() - at - 2 : digits) > 4) return true;
  }
  return false;
}

void play_server(std::string_view mechanism, Messages messages) {
  const SaslIdentity identity{"user", std::string(password), {}, {}, "mx", 25};
  const SaslIdentity with_token{"user", {}, std::string(password), {}, "mx", 25};
  const bool oauth = mechanism.find("OAUTH") != std::string_view::npos;
  const auto* scram = find_scram(mechanism);
  const auto client = scram != nullptr ? std::make_unique<ScramClient>(*scram, identity, bindings,
                                                                       std::vector<std::string>(), std::string(nonce))
                                       : make_sasl_client(mechanism, oauth ? with_token : identity, bindings, {});
  static_cast<void>(client->initial_response());
  std::optional<std::string_view> challenge;
  while (messages.next(challenge)) {
    const auto answer = client->respond(challenge);
    if (!shows_secret(mechanism)) require(!answer || answer->find(password) == std::string::npos);
    if (!answer) require(answer.error().find(password) == std::string::npos);
    require(client->error_details().find(password) == std::string_view::npos);
    require(client->error_details().size() <= 1000 && !gatepost::check_line("details", client->error_details()));
    if (scram != nullptr) require(!client->may_succeed());
  }
}

void play_client(std::string_view mechanism, Messages messages) {
  const SaslServerContext context{"mx", bindings, true, [](std::string_view login) {
                                    return login == "user" ? std::optional(std::string(password)) : std::nullopt;
                                  }};
  const auto* scram = find_scram(mechanism);
  std::unique_ptr<SaslServer> server;
  if (scram != nullptr) {
    server = std::make_unique<ScramServer>(*scram, context, ScramServerFirst{"server", "salt", 4096});
  } else if (mechanism == "CRAM-MD5") {
    server = make_cram_md5_server(context, "<1@mx>");
  } else {
    server = make_sasl_server(mechanism, context);
  }
  if (server == nullptr) return;
  std::optional<std::string_view> response;
  while (messages.next(response)) {
    const auto step = server->step(response);
    if (step.state != SaslServer::State::attempt) continue;
    const auto& attempt = step.attempt;
    require(attempt.mechanism == mechanism && attempt.proof != true);
    require(attempt.proof.has_value() == needs_stored_password(mechanism));
    require(!gatepost::check_line("login", attempt.login) && !gatepost::check_line("authzid", attempt.authzid));
    require(!gatepost::check_line("token", attempt.token) && !gatepost::check_utf8("password", attempt.password));
    return;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto text = input.substr(1);
  const auto choice = static_cast<unsigned>(data[0]);
  const auto mechanism = mechanisms[choice / 2 % mechanisms.size()];
  if (is_slow(text)) return 0;
  choice % 2 == 0 ? play_server(mechanism, {text}) : play_client(mechanism, {text});

  const auto masked = mask_credentials(std::string(text), {"user", std::string(password), "ya29.t", {}, {}, 0});
  require(masked.find(password) == std::string::npos && masked.find("ya29.t") == std::string::npos);
  const auto prepared = saslprep(text);
  require(!prepared || saslprep(*prepared) == prepared);
  return 0;
}
