#pragma once
#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "gatepost/engine/account_limiter.hpp"

namespace gatepost::engine {

/// Whose letters a server counts together.
struct AccountKey {
  std::string host;  ///< case and a dot at the end make no difference
  std::uint16_t port = 0;
  std::string login;

  auto operator<=>(const AccountKey&) const = default;
};

/// The limiters of accounts, one for all who use an account: what was sent stays counted when its sender has gone. Safe
/// from any thread.
class LimiterRegistry {
 public:
  explicit LimiterRegistry(std::shared_ptr<const MonotonicClock> clock = std::make_shared<SteadyClock>())
      : clock_(std::move(clock)) {}
  /// The one of this process.
  static LimiterRegistry& process();

  /// The same limiter for the same limits, whatever their order; for others one that counts the same letters.
  std::shared_ptr<AccountLimiter> limiter(AccountKey key, std::vector<Limit> limits);
  /// Accounts that are in use or whose letters still count, and perhaps some that have been forgotten since.
  std::size_t size() const;

 private:
  struct Entry {
    std::shared_ptr<AccountUsage> usage;
    std::map<std::vector<Limit>, std::weak_ptr<AccountLimiter>> limiters;
  };
  void forget_unused();

  const std::shared_ptr<const MonotonicClock> clock_;
  mutable std::mutex mutex_;
  std::map<AccountKey, Entry> accounts_;
  std::size_t worth_a_look_ = 16;  // accounts
};

}  // namespace gatepost::engine
