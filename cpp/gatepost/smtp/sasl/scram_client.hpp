#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gatepost/smtp/sasl/answer.hpp"
#include "gatepost/smtp/sasl/client.hpp"
#include "gatepost/smtp/sasl/held_identity.hpp"
#include "gatepost/smtp/sasl/scram.hpp"

namespace gatepost::smtp {

/// RFC 5802. The server proves that it knows the password before the exchange may succeed.
class ScramClient final : public SaslClient {
 public:
  /// Fewer iterations make the exchange easy for an eavesdropper to crack (RFC 7677 §4); more would let a server burn
  /// our time.
  static constexpr std::uint32_t min_iterations = 4096;
  static constexpr std::uint32_t max_iterations = 1'000'000;

  /// Login and password are ones that saslprep() takes. `nonce`: fresh for every exchange.
  ScramClient(const ScramMechanism& mechanism, const SaslIdentity& identity, const ChannelBindings& bindings,
              const std::vector<std::string>& offered, std::string nonce);
  ~ScramClient() override;
  ScramClient(const ScramClient&) = delete;
  ScramClient& operator=(const ScramClient&) = delete;

  std::string_view name() const override { return mechanism_.name; }
  std::optional<std::string> initial_response() override;
  SaslAnswer respond(std::optional<std::string_view> challenge) override;
  bool gave_secret() const override { return !server_signature_.empty(); }
  bool may_succeed() const override { return stage_ == Stage::verified; }
  std::string_view error_details() const override { return details_; }

 private:
  enum class Stage : std::uint8_t { first, final, verified, failed };

  SaslAnswer on_server_first(std::string_view message);
  SaslAnswer on_server_final(std::string_view message);
  SaslAnswer fail(std::string_view fault);

  const ScramMechanism& mechanism_;
  std::string gs2_header_;
  std::string binding_;
  const HeldIdentity identity_;
  std::string nonce_;
  std::string first_bare_;
  std::string server_signature_;
  std::string details_;
  Stage stage_ = Stage::first;
  bool asked_again_ = false;
};

}  // namespace gatepost::smtp
