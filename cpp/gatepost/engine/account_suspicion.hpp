#pragma once
#include <cstddef>
#include <set>
#include <string>
#include <string_view>

#include "gatepost/codes/failure.hpp"

namespace gatepost::engine {

/// Refusals of recipients whose words speak of the account (logging in, quota, balance, a block). A reply to RCPT is
/// about that recipient (RFC 5321 §3.3), whatever it says; the account is meant where one after another of different
/// domains is refused like that, and nobody accepted between.
class AccountSuspicion {
 public:
  /// Whether the account is meant by now.
  bool refused(codes::Category category, std::string_view address);
  void accepted();

  /// Whether such words are about the account where they do not answer a RCPT.
  static bool sounds_like_it(const codes::Failure& failure);

 private:
  std::size_t in_a_row_ = 0;
  codes::Category category_{};
  std::set<std::string, std::less<>> domains_;
};

}  // namespace gatepost::engine
