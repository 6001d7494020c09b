#include "gatepost/engine/account_usage.hpp"

#include <algorithm>
#include <iterator>

namespace gatepost::engine {

using std::chrono::nanoseconds;

namespace {
constexpr std::size_t most_windows = 10'000;  // nobody plans beyond, and nanoseconds of some centuries do not fit
}  // namespace

AccountUsage::AccountUsage(std::shared_ptr<const MonotonicClock> clock)
    : clock_(std::move(clock)), born_(clock_->now()), born_at_(SystemClock().now()) {}

void AccountUsage::enforce(const std::vector<Limit>& limits) {
  const std::lock_guard lock(mutex_);
  for (const auto& limit : limits) {
    auto known = std::find_if(in_force_.begin(), in_force_.end(), [&](const auto& one) { return one.limit == limit; });
    if (known == in_force_.end()) known = in_force_.insert(known, {limit});
    ++known->users;
    if (limit.window <= horizon_) continue;
    // What was sent before is remembered as far as the horizon reached until now.
    const auto back = std::chrono::duration_cast<Duration>(horizon_);
    const auto reached = SystemClock().now() - back;
    counting_since_ = counting_since_ ? std::max(*counting_since_, reached) : reached;
    horizon_ = limit.window;
  }
}

void AccountUsage::lift(const std::vector<Limit>& limits) {
  const std::lock_guard lock(mutex_);
  for (const auto& limit : limits) {
    const auto known =
        std::find_if(in_force_.begin(), in_force_.end(), [&](const auto& one) { return one.limit == limit; });
    if (--known->users == 0) in_force_.erase(known);
  }
  wake_all();
}

std::optional<TimePoint> AccountUsage::counting_since() {
  const std::lock_guard lock(mutex_);
  return counting_since_;
}

std::optional<std::uint32_t> AccountUsage::left() {
  const std::lock_guard lock(mutex_);
  if (in_force_.empty()) return std::nullopt;
  const auto now = clock_->now();
  std::size_t left = UINT32_MAX;
  for (auto& one : in_force_) {
    const auto used = ended_within(now, one) + in_flight_;
    left = std::min(left, one.limit.most > used ? one.limit.most - used : 0);
  }
  return static_cast<std::uint32_t>(left);
}

std::optional<Hold> AccountUsage::hold(TokenWaiter* waiter) {
  const std::lock_guard lock(mutex_);
  return held_or_in_line(waiter);
}

std::optional<Hold> AccountUsage::begin(TokenWaiter* waiter) {
  const std::lock_guard lock(mutex_);
  auto hold = held_or_in_line(waiter);
  if (!hold) {
    ++in_flight_;
    std::erase(line_, waiter);
    waiting_.erase(waiter);
  }
  return hold;
}

std::optional<Hold> AccountUsage::outlook(std::size_t nth) {
  const std::lock_guard lock(mutex_);
  return held(clock_->now(), nth);
}

std::optional<Hold> AccountUsage::held_or_in_line(TokenWaiter* waiter) {
  if (in_force_.empty()) return std::nullopt;
  const auto now = clock_->now();
  forget(now);
  if (!waiter) return held(now, 1);
  const auto place = std::find(line_.begin(), line_.end(), waiter);
  auto hold = held(now, static_cast<std::size_t>(place - line_.begin()) + 1);
  if (hold) {
    if (place == line_.end()) line_.push_back(waiter);
    waiting_.insert(waiter);
  }
  return hold;
}

std::optional<Hold> AccountUsage::held(Instant now, std::size_t nth) {
  std::optional<Hold> hold;
  for (auto& one : in_force_) {
    const auto ended = ended_within(now, one);
    if (ended + in_flight_ + nth <= one.limit.most) continue;
    const auto wait = until_free(one.limit, ended, in_flight_, nth, now);
    if (hold && *hold->wait >= wait) continue;
    hold = Hold{one.limit, wait, until_free(one.limit, ended, 0, nth, now)};
  }
  return hold;
}

nanoseconds AccountUsage::until_free(const Limit& limit, std::size_t ended, std::size_t in_flight, std::size_t nth,
                                     Instant now) const {
  if (limit.most == 0) return limit.window;
  const auto used = ended + in_flight;
  if (used + nth <= limit.most) return nanoseconds::zero();
  // So many have to leave the window before. Beyond those that are in it now, a letter goes a window after the one that
  // goes `most` before it.
  auto leaving = used + nth - limit.most;
  std::size_t windows = 0;
  if (leaving > used) {
    windows = std::min((leaving - used + limit.most - 1) / limit.most, most_windows);
    leaving -= std::min(leaving, windows * limit.most);
  }
  nanoseconds wait{0};
  if (leaving > 0) {
    // One in flight leaves a window after its end, which is now at the earliest.
    wait =
        leaving <= ended ? ended_[ended_.size() - ended + leaving - 1] + limit.window - now : nanoseconds(limit.window);
  }
  return wait + static_cast<nanoseconds::rep>(windows) * nanoseconds(limit.window);
}

std::size_t AccountUsage::ended_within(Instant now, InForce& window) {
  auto& begin = window.begin;
  while (begin < ended_.size() && ended_[begin] <= now - window.limit.window) ++begin;
  return ended_.size() - begin;
}

void AccountUsage::forget(Instant now) {
  const auto before = now - horizon_;
  while (!ended_.empty() && ended_.front() <= before) {
    ended_.pop_front();
    for (auto& one : in_force_) one.begin -= std::min<std::size_t>(one.begin, 1);
  }
}

void AccountUsage::ended() {
  const std::lock_guard lock(mutex_);
  --in_flight_;
  // Nobody has named a limit yet, so nothing is counted.
  if (horizon_ == horizon_.zero()) return;
  const auto now = clock_->now();
  forget(now);
  ended_.push_back(now);
}

void AccountUsage::given_back() {
  const std::lock_guard lock(mutex_);
  --in_flight_;
  wake_all();
}

std::vector<std::chrono::nanoseconds> AccountUsage::sent_ago() {
  const std::lock_guard lock(mutex_);
  const auto now = clock_->now();
  std::vector<Instant> told;
  for (const auto at : remembered_) told.push_back(std::min(instant_of(at), now));
  std::sort(told.begin(), told.end());
  std::vector<Instant> own;
  std::set_difference(ended_.begin(), ended_.end(), told.begin(), told.end(), std::back_inserter(own));
  std::vector<std::chrono::nanoseconds> ago;
  for (const auto at : own) ago.push_back(now - at);
  return ago;
}

void AccountUsage::remember(std::vector<TimePoint> sent) {
  std::sort(sent.begin(), sent.end());
  const std::lock_guard lock(mutex_);
  const auto now = clock_->now();
  const auto before = now - horizon_;
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
  for (auto& one : in_force_) one.begin = 0;
}

bool AccountUsage::empty() {
  const std::lock_guard lock(mutex_);
  forget(clock_->now());
  return in_flight_ == 0 && ended_.empty();
}

void AccountUsage::wait(TokenWaiter& waiter) {
  const std::lock_guard lock(mutex_);
  step_out(waiter);
  waiting_.insert(&waiter);
}

void AccountUsage::leave(TokenWaiter& waiter) {
  const std::lock_guard lock(mutex_);
  step_out(waiter);
  waiting_.erase(&waiter);
}

void AccountUsage::step_out(TokenWaiter& waiter) {
  // Those behind move up.
  if (std::erase(line_, &waiter) > 0 && !line_.empty()) wake_all();
}

void AccountUsage::wake_waiters() {
  const std::lock_guard lock(mutex_);
  wake_all();
}

void AccountUsage::wake_all() {
  for (auto* const waiter : waiting_) waiter->wake_();
  waiting_.clear();
}

}  // namespace gatepost::engine
