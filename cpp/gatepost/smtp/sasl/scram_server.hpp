#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "gatepost/smtp/sasl/gs2.hpp"
#include "gatepost/smtp/sasl/scram.hpp"
#include "gatepost/smtp/sasl/server.hpp"

namespace gatepost::smtp {

/// What a SCRAM server adds of its own to an exchange.
struct ScramServerFirst {
  std::string nonce;  ///< fresh for every exchange
  std::string salt;   ///< raw; the same whenever the same login is asked about
  std::uint32_t iterations = 4096;
};

/// RFC 5802. A login that is not known gets the same exchange as one that is, and fails at its end.
class ScramServer final : public SaslServer {
 public:
  /// `first` with an empty salt: one derived from the login and a secret of this process.
  ScramServer(const ScramMechanism& mechanism, const SaslServerContext& context, ScramServerFirst first);
  Step step(std::optional<std::string_view> response) override;

 private:
  enum class Stage : std::uint8_t { begin, asked, first_read, proved, over };

  Step on_client_first(std::string_view message);
  Step on_client_final(std::string_view message);
  Step decide(bool proof);

  const ScramMechanism& mechanism_;
  SaslServerContext context_;
  ScramServerFirst first_;
  Gs2Header header_;
  std::string bound_;        // what the client's "c" must hold
  std::string first_texts_;  // both first messages, for the signatures
  std::string login_;
  Stage stage_ = Stage::begin;
};

}  // namespace gatepost::smtp
