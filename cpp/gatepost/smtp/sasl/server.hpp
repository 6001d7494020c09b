#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gatepost/smtp/tls_facts.hpp"

namespace gatepost::smtp {

/// What a client presented to log in; the handler, which knows the users, decides.
struct AuthAttempt {
  std::string mechanism;
  std::string login;          ///< OAUTHBEARER: may be empty, the token says who
  std::string authzid;        ///< on whose behalf; usually empty
  std::string password;       ///< PLAIN, LOGIN
  std::string token;          ///< XOAUTH2, OAUTHBEARER
  std::optional<bool> proof;  ///< CRAM-MD5, SCRAM: whether it was right; nullopt: the mechanism has none
};

/// What a server must know to run the mechanisms.
struct SaslServerContext {
  std::string host_name;
  ChannelBindings bindings;
  /// A SCRAM -PLUS was announced on this connection: a client that could use one and saw none was deceived (RFC 5802
  /// §6, the "y" flag), and its proof counts as wrong.
  bool plus_announced = false;
  /// The password of a login, or nullopt; CRAM-MD5 and SCRAM ask for it.
  std::function<std::optional<std::string>(std::string_view login)> password_of;
};

/// The server's side of one SASL exchange. Messages are raw; the session does the base64.
class SaslServer {
 public:
  enum class State : std::uint8_t {
    challenge,  ///< send `challenge` as a 334
    attempt,    ///< decide on `attempt`: the exchange is over
    malformed   ///< 501 5.5.2: the client's message does not follow the mechanism
  };
  struct Step {
    State state = State::malformed;
    std::string challenge;
    AuthAttempt attempt;
  };
  virtual ~SaslServer() = default;
  /// `response` is nullopt for an AUTH command without an initial response.
  virtual Step step(std::optional<std::string_view> response) = 0;
  /// OAuth: what to send as a last 334 before the refusal (RFC 7628 §3.2.2); the client answers it with a message that
  /// says nothing. Empty for the others.
  virtual std::string refusal_challenge() const { return {}; }
};

/// PLAIN, LOGIN, CRAM-MD5, SCRAM-SHA-1, SCRAM-SHA-256, SCRAM-SHA-512 and their -PLUS, XOAUTH2, OAUTHBEARER; upper case.
/// null for any other name, and for CRAM-MD5 where the system forbids MD5.
std::unique_ptr<SaslServer> make_sasl_server(std::string_view name, const SaslServerContext& context);

/// Whether the mechanism shows the secret to an eavesdropper: PLAIN, LOGIN, XOAUTH2, OAUTHBEARER.
bool shows_secret(std::string_view mechanism);
/// Whether it needs password_of.
bool needs_stored_password(std::string_view mechanism);

}  // namespace gatepost::smtp
