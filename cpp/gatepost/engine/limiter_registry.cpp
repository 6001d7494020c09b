#include "gatepost/engine/limiter_registry.hpp"

#include <pthread.h>

#include <algorithm>
#include <atomic>

#include "gatepost/core/ascii.hpp"
#include "gatepost/mime/address/idn.hpp"

namespace gatepost::engine {

namespace {

// Never destroyed: threads of others may still send while the process ends. A child leaves its parent's alone, too: a
// thread of the parent may have held its lock.
std::atomic<LimiterRegistry*> of_process{nullptr};

LimiterRegistry* first_of_process() {
  of_process = new LimiterRegistry;
  ::pthread_atfork(nullptr, nullptr, [] { of_process = new LimiterRegistry; });
  return of_process;
}

}  // namespace

AccountKey in_one_spelling(AccountKey key) {
  while (key.host.ends_with('.')) key.host.pop_back();
  if (auto ascii = mime::domain_to_ascii(key.host)) key.host = *std::move(ascii);
  key.host = lower(key.host);
  return key;
}

LimiterRegistry& LimiterRegistry::process() {
  [[maybe_unused]] static auto* const first = first_of_process();
  return *of_process;
}

std::shared_ptr<AccountUsage> LimiterRegistry::usage(AccountKey key) {
  const std::lock_guard lock(mutex_);
  if (accounts_.size() >= worth_a_look_) forget_unused();
  auto& usage = accounts_[in_one_spelling(std::move(key))];
  if (!usage) usage = std::make_shared<AccountUsage>(clock_);
  return usage;
}

std::size_t LimiterRegistry::size() const {
  const std::lock_guard lock(mutex_);
  return accounts_.size();
}

void LimiterRegistry::forget_unused() {
  std::erase_if(accounts_,
                [](const auto& account) { return account.second.use_count() == 1 && account.second->empty(); });
  worth_a_look_ = std::max<std::size_t>(16, accounts_.size() * 2);
}

}  // namespace gatepost::engine
