#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gatepost/smtp/client/operation.hpp"
#include "gatepost/smtp/sasl/client.hpp"

namespace gatepost::smtp {

/// AUTH (RFC 4954): the strongest mechanism first; the next one where the server refuses before it has seen the
/// password, the token or a proof of them, or where its refusal speaks of the mechanism. A refused password is never
/// tried again.
class Login : public Operation {
 public:
  using Operation::Operation;

  /// Whether the account logs in at all, even if only by certificate.
  bool due() const { return named() || context_.options.client_certificate; }
  Step begin();
  Step on_reply(const Expected& to) override;

 private:
  bool named() const;
  Step none_usable();
  Step begin_mechanism();
  Step on_success();
  Step on_refusal();
  bool may_try_next() const;
  Step answer_challenge();
  Step respond(std::string_view message);
  Step cancel(std::string words) const;
  /// "AUTH PLAIN", for our words and the server's.
  std::string verb() const { return "AUTH " + mechanisms_.front(); }
  void send(std::string_view line, std::string_view shown = {});

  std::vector<std::string> mechanisms_;       // still to try, the one in use first
  std::string refused_;                       // "AUTH SCRAM-SHA-256 (504), AUTH CRAM-MD5 (503)": those tried before
  std::unique_ptr<SaslClient> sasl_;          // the exchange in progress
  std::optional<std::string> held_response_;  // the initial response that AUTH's own line was too short for
  bool challenged_ = false;                   // a 334 has come in this exchange
};

}  // namespace gatepost::smtp
