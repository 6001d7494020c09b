#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gatepost/core/result.hpp"
#include "gatepost/smtp/tls_facts.hpp"

namespace gatepost::smtp {

/// Who logs in, and with what. A password, a token, or neither (EXTERNAL: the client certificate speaks).
struct SaslIdentity {
  std::string login;
  std::string password;
  std::string access_token;  ///< OAuth 2.0: XOAUTH2 and OAUTHBEARER; empty: none
  std::string authzid;       ///< on whose behalf; usually empty
  std::string host;          ///< of the server, for OAUTHBEARER (RFC 7628 §3.1)
  std::uint16_t port = 0;
};

/// The client's side of one SASL exchange (RFC 4422). Messages are raw; the session does the base64.
class SaslClient {
 public:
  virtual ~SaslClient() = default;
  /// "SCRAM-SHA-256", as AUTH names it.
  virtual std::string_view name() const = 0;
  /// What goes with the AUTH command (RFC 4954 §4); nullopt: the server speaks first.
  virtual std::optional<std::string> initial_response() = 0;
  /// The answer to a 334. `challenge` is nullopt where its text was not base64, which LOGIN and PLAIN do not mind. The
  /// error says in what the server broke the mechanism's rules, or failed to prove that it knows the password.
  virtual Result<std::string, std::string> respond(std::optional<std::string_view> challenge) = 0;
  /// Whether a message that it gave holds the password, the token or a proof of them: a refusal may count as a wrong
  /// password from then on.
  virtual bool gave_secret() const = 0;
  /// Asked on 235: whether the server has said all that the mechanism wants of it (SCRAM: its signature).
  virtual bool may_succeed() const { return true; }
  /// What the server said about its refusal within the exchange: OAuth's JSON (RFC 7628 §3.2.2), SCRAM's "e=" (RFC 5802
  /// §7), or "". The code comes behind. At most 1000 bytes, printable, the secret masked.
  virtual std::string_view error_details() const { return {}; }
};

/// What may be used of what the server offers.
struct SaslPolicy {
  std::vector<std::string> allowed;  ///< upper case; empty: every mechanism that we speak
  bool encrypted = false;            ///< without TLS, mechanisms that show the secret need allow_cleartext
  bool allow_cleartext = false;
  bool client_certificate = false;  ///< one was offered in the handshake: EXTERNAL may do
};

/// Why nothing of this identity may be sent: a control character or bytes that are not UTF-8 in one of its texts, in
/// words that name the text but never quote it. nullopt: it is good.
std::optional<std::string> check_identity(const SaslIdentity& identity);

/// Those of `offered` (upper case) that fit identity and policy, the strongest first: SCRAM-SHA-512-PLUS, ...-256-PLUS,
/// ...-1-PLUS, the same without -PLUS, EXTERNAL, OAUTHBEARER, XOAUTH2, CRAM-MD5, PLAIN, LOGIN. A -PLUS needs a channel
/// binding. With a token only OAuth mechanisms are used, with a password none of them. None fits an identity that
/// check_identity() refuses, and with an authzid those are left out that cannot name it.
std::vector<std::string> usable_mechanisms(const std::vector<std::string>& offered, const SaslIdentity& identity,
                                           const SaslPolicy& policy, const ChannelBindings& bindings);

/// `name` must be one that usable_mechanisms() gave. `offered`: what the server announced; SCRAM without -PLUS tells
/// the server whether it missed one that it offered (RFC 5802 §6, the "y" flag).
std::unique_ptr<SaslClient> make_sasl_client(std::string_view name, const SaslIdentity& identity,
                                             const ChannelBindings& bindings, const std::vector<std::string>& offered);

/// `text` with the password, the token, and whatever base64 holds them, as our mechanisms send it, replaced by "****".
/// A secret of one or two bytes is replaced only where it stands alone.
std::string mask_credentials(std::string text, const SaslIdentity& identity);

}  // namespace gatepost::smtp
