#include "gatepost/engine/limits.hpp"

#include <algorithm>

namespace gatepost::engine {

namespace {
/// How many of the ascending `sent` lie in the window that ends at `now`.
std::size_t within(const std::deque<TimePoint>& sent, TimePoint now, std::chrono::seconds window) {
  return static_cast<std::size_t>(sent.end() - std::upper_bound(sent.begin(), sent.end(), now - window));
}
}  // namespace

void Limiter::forget_before(TimePoint now) {
  std::chrono::seconds longest{0};
  for (const auto& limit : limits_) longest = std::max(longest, limit.window);
  while (!sent_.empty() && sent_.front() <= now - longest) sent_.pop_front();
}

std::optional<std::uint32_t> Limiter::left(TimePoint now) {
  if (limits_.empty()) return std::nullopt;
  forget_before(now);
  std::size_t left = SIZE_MAX;
  for (const auto& limit : limits_) {
    const auto used = within(sent_, now, limit.window);
    left = std::min(left, limit.most > used ? limit.most - used : 0);
  }
  return static_cast<std::uint32_t>(left);
}

bool Limiter::take(TimePoint now) {
  const auto free = left(now);
  if (!free) return true;
  if (*free == 0) return false;
  // A clock set back must not break the order that the counting relies on.
  sent_.push_back(sent_.empty() ? now : std::max(now, sent_.back()));
  return true;
}

std::optional<TimePoint> Limiter::next_free(TimePoint now) {
  if (left(now).value_or(1) > 0) return std::nullopt;
  TimePoint free = now;
  for (const auto& limit : limits_) {
    if (limit.most == 0) return now + limit.window;
    const auto used = within(sent_, now, limit.window);
    if (used >= limit.most) free = std::max(free, sent_[sent_.size() - limit.most] + limit.window);
  }
  return free;
}

void Limiter::remember(TimePoint at) {
  if (limits_.empty()) return;
  sent_.insert(std::upper_bound(sent_.begin(), sent_.end(), at), at);
}

}  // namespace gatepost::engine
