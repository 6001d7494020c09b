#pragma once
#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "gatepost/engine/account_usage.hpp"

namespace gatepost::engine {

/// Whose letters a server counts together.
struct AccountKey {
  std::string host;  ///< case, a dot at the end, and A-label or U-label make no difference
  std::uint16_t port = 0;
  std::string login;

  auto operator<=>(const AccountKey&) const = default;
};

/// The same account in the one spelling by which it is known.
AccountKey in_one_spelling(AccountKey key);

/// What accounts sent, one account for all who use it: it stays counted when its sender has gone. Safe from any thread.
class LimiterRegistry {
 public:
  explicit LimiterRegistry(std::shared_ptr<const MonotonicClock> clock = std::make_shared<SteadyClock>())
      : clock_(std::move(clock)) {}
  /// The one of this process; a child made by fork() begins with an empty one.
  static LimiterRegistry& process();

  /// The same for the same account.
  std::shared_ptr<AccountUsage> usage(AccountKey key);
  /// Accounts that are in use or whose letters still count, and perhaps some that have been forgotten since.
  std::size_t size() const;

 private:
  void forget_unused();

  const std::shared_ptr<const MonotonicClock> clock_;
  mutable std::mutex mutex_;
  std::map<AccountKey, std::shared_ptr<AccountUsage>> accounts_;
  std::size_t worth_a_look_ = 16;  // accounts
};

}  // namespace gatepost::engine
