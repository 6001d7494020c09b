#include "gatepost/engine/account_usage.hpp"

#include <algorithm>
#include <iterator>

namespace gatepost::engine {

AccountUsage::AccountUsage(std::shared_ptr<const MonotonicClock> clock)
    : clock_(std::move(clock)), born_(clock_->now()), born_at_(SystemClock().now()) {}

void AccountUsage::watch(std::chrono::milliseconds window) {
  const std::lock_guard lock(mutex_);
  horizon_ = std::max<Instant::duration>(horizon_, window);
  const bool known = std::any_of(windows_.begin(), windows_.end(), [&](const auto& w) { return w.length == window; });
  if (!known) windows_.push_back({window});
}

std::uint32_t AccountUsage::left(const std::vector<Limit>& limits) {
  const std::lock_guard lock(mutex_);
  const auto now = clock_->now();
  std::size_t left = UINT32_MAX;
  for (const auto& limit : limits) {
    const auto used = ended_within(now, limit.window) + in_flight_;
    left = std::min(left, limit.most > used ? limit.most - used : 0);
  }
  return static_cast<std::uint32_t>(left);
}

std::optional<Hold> AccountUsage::hold(const std::vector<Limit>& limits, TokenWaiter* waiter) {
  const std::lock_guard lock(mutex_);
  return held(limits, waiter);
}

std::optional<Hold> AccountUsage::begin(const std::vector<Limit>& limits, TokenWaiter* waiter) {
  const std::lock_guard lock(mutex_);
  auto hold = held(limits, waiter);
  if (!hold) ++in_flight_;
  return hold;
}

std::optional<Hold> AccountUsage::held(const std::vector<Limit>& limits, TokenWaiter* waiter) {
  const auto now = clock_->now();
  forget(now);
  std::optional<Hold> hold;
  for (const auto& limit : limits) {
    const auto ended = ended_within(now, limit.window);
    const auto used = ended + in_flight_;
    if (used < limit.most) continue;
    // So many have to leave the window; one in flight does so a window after its end, which is now at the earliest.
    const auto leaving = used - limit.most + 1;
    const Instant::duration wait =
        leaving <= ended ? ended_[ended_.size() - ended + leaving - 1] + limit.window - now : limit.window;
    if (!hold || *hold->wait < wait) hold = Hold{limit, wait};
  }
  if (hold && waiter) waiting_.insert(waiter);
  return hold;
}

std::size_t AccountUsage::ended_within(Instant now, std::chrono::milliseconds length) {
  auto& begin =
      std::find_if(windows_.begin(), windows_.end(), [&](const auto& w) { return w.length == length; })->begin;
  while (begin < ended_.size() && ended_[begin] <= now - length) ++begin;
  return ended_.size() - begin;
}

void AccountUsage::forget(Instant now) {
  const auto before = now - horizon_.load();
  while (!ended_.empty() && ended_.front() <= before) {
    ended_.pop_front();
    for (auto& window : windows_) window.begin -= std::min<std::size_t>(window.begin, 1);
  }
}

void AccountUsage::ended() {
  const std::lock_guard lock(mutex_);
  --in_flight_;
  const auto now = clock_->now();
  forget(now);
  ended_.push_back(now);
}

void AccountUsage::given_back() {
  const std::lock_guard lock(mutex_);
  --in_flight_;
  wake_all();
}

void AccountUsage::remember(std::vector<TimePoint> sent) {
  std::sort(sent.begin(), sent.end());
  const std::lock_guard lock(mutex_);
  const auto now = clock_->now();
  const auto before = now - horizon_.load();
  std::erase_if(remembered_, [&](TimePoint at) { return instant_of(at) <= before; });
  std::vector<TimePoint> news;
  std::set_difference(sent.begin(), sent.end(), remembered_.begin(), remembered_.end(), std::back_inserter(news));
  std::erase_if(news, [&](TimePoint at) { return instant_of(at) <= before; });
  const auto known = static_cast<std::ptrdiff_t>(remembered_.size());
  remembered_.insert(remembered_.end(), news.begin(), news.end());
  std::inplace_merge(remembered_.begin(), remembered_.begin() + known, remembered_.end());
  const auto over = static_cast<std::ptrdiff_t>(ended_.size());
  // The time of day may have been set back since: nothing was sent later than now.
  for (const auto at : news) ended_.push_back(std::min(instant_of(at), now));
  std::inplace_merge(ended_.begin(), ended_.begin() + over, ended_.end());
  for (auto& window : windows_) window.begin = 0;
}

bool AccountUsage::empty() {
  const std::lock_guard lock(mutex_);
  forget(clock_->now());
  return in_flight_ == 0 && ended_.empty();
}

void AccountUsage::wait(TokenWaiter& waiter) {
  const std::lock_guard lock(mutex_);
  waiting_.insert(&waiter);
}

void AccountUsage::wake_waiters() {
  const std::lock_guard lock(mutex_);
  wake_all();
}

void AccountUsage::wake_all() {
  for (auto* const waiter : waiting_) waiter->wake_();
  waiting_.clear();
}

TokenWaiter::~TokenWaiter() {
  const std::lock_guard lock(usage_->mutex_);
  usage_->waiting_.erase(this);
}

}  // namespace gatepost::engine
