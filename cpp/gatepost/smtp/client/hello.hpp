#pragma once
#include <cstdint>
#include <string>

#include "gatepost/smtp/client/operation.hpp"

namespace gatepost::smtp {

/// The server's greeting, and the client's introduction: EHLO, HELO to an old server (RFC 5321 §3.2), LHLO (RFC 2033
/// §4.1). Fills in what the facts know of the server and what it offers.
class Hello : public Operation {
 public:
  using Operation::Operation;

  /// The server speaks first; the introduction follows.
  void await_greeting();
  /// The introduction, which may come several times: what the server said before STARTTLS and XCLIENT no longer holds.
  Step begin();
  Step on_reply(const Expected& to) override;

 private:
  enum class Awaited : std::uint8_t { greeting, ehlo, helo };

  void introduce(std::string_view verb, Awaited awaited);
  Step on_greeting();
  Step on_ehlo();
  Step on_helo();
  codes::Failure refusal() const;
  bool needs_ehlo() const;

  Awaited awaited_ = Awaited::greeting;
  std::string name_;  // ours
};

}  // namespace gatepost::smtp
