#pragma once
#include <cstdint>

#include "gatepost/smtp/client/operation.hpp"

namespace gatepost::smtp {

/// RSET behind a letter that was given up (RFC 5321 §4.1.1.5). Until its 250 the server may still hold that letter's
/// recipients, and put them to the next one's.
class Reset : public Operation {
 public:
  using Operation::Operation;

  void begin();
  /// Behind a lone dot, for the server that wants a letter nobody is to get (RFC 2920 §3.1). What it says to that
  /// changes no outcome, and it may keep the empty transaction open.
  void begin_behind_dot();
  bool pending() const { return pending_; }
  /// No letter may follow in this session.
  bool refused() const { return refused_; }

  Step on_reply(const Expected& to) override;

 private:
  enum Part : std::uint8_t { lone_dot, rset };

  bool pending_ = false;
  bool refused_ = false;
};

}  // namespace gatepost::smtp
