#include "gatepost/engine/limiter_registry.hpp"

#include <algorithm>
#include <atomic>
#include <memory>

#include "gatepost/core/ascii.hpp"

namespace gatepost::engine {

namespace {

AccountKey in_one_spelling(AccountKey key) {
  key.host = lower(key.host);
  while (key.host.ends_with('.')) key.host.pop_back();
  return key;
}

}  // namespace

LimiterRegistry& LimiterRegistry::process() {
  // Never destroyed: threads of others may still send while the process ends. A child made by fork begins with one of
  // its own: the letters in flight are its parent's, and so may be the locks.
  struct Made {
    LimiterRegistry registry;
    OfOneProcess process;
  };
  static std::atomic<Made*> made{nullptr};
  auto* known = made.load();
  if (known != nullptr && known->process.made_here()) return known->registry;
  auto fresh = std::make_unique<Made>();
  if (made.compare_exchange_strong(known, fresh.get())) return fresh.release()->registry;
  return known->registry;  // another thread was first
}

std::shared_ptr<AccountLimiter> LimiterRegistry::limiter(AccountKey key, std::vector<Limit> limits) {
  std::sort(limits.begin(), limits.end());
  const std::lock_guard lock(mutex_);
  if (accounts_.size() >= worth_a_look_) forget_unused();
  auto& entry = accounts_[in_one_spelling(std::move(key))];
  if (!entry.usage) entry.usage = std::make_shared<AccountUsage>(clock_);
  std::erase_if(entry.limiters, [](const auto& known) { return known.second.expired(); });
  auto& known = entry.limiters[limits];
  auto limiter = known.lock();
  if (!limiter) known = limiter = std::make_shared<AccountLimiter>(std::move(limits), entry.usage);
  return limiter;
}

std::size_t LimiterRegistry::size() const {
  const std::lock_guard lock(mutex_);
  return accounts_.size();
}

void LimiterRegistry::forget_unused() {
  std::erase_if(accounts_, [](const auto& account) {
    const auto& usage = account.second.usage;
    return usage.use_count() == 1 && usage->empty();
  });
  worth_a_look_ = std::max<std::size_t>(16, accounts_.size() * 2);
}

}  // namespace gatepost::engine
