#include "gatepost/engine/account_limiter.hpp"

#include <algorithm>
#include <utility>

namespace gatepost::engine {

namespace {

constexpr std::uint32_t most_asked_for = 64;        // tokens: other processes have letters, too
constexpr std::chrono::seconds usual_ask_again{1};  // where the source does not know when

}  // namespace

AccountLimiter::AccountLimiter(std::vector<Limit> limits, std::shared_ptr<AccountUsage> usage)
    : limits_(std::move(limits)), usage_(std::move(usage)) {
  usage_->enforce(limits_);
}

AccountLimiter::~AccountLimiter() {
  return_reserved();
  usage_->lift(limits_);
}

Result<AccountToken, Hold> AccountLimiter::take(std::uint32_t waiting, TokenWaiter* waiter) {
  std::unique_lock lock(mutex_);
  auto hold = try_take(waiter);
  while (hold && due_to_ask()) {
    asked_ = true;
    const auto source = source_;
    const auto wanted = std::min({waiting, usage_->left().value_or(UINT32_MAX), most_asked_for});
    lock.unlock();
    try {
      source->ask(std::max(1U, wanted));
    } catch (...) {
      lock.lock();
      asked_ = false;  // no answer will come
      throw;
    }
    lock.lock();
    hold = try_take(waiter);  // it may have answered at once, and somebody else have been quicker
  }
  if (hold) return *std::move(hold);
  return AccountToken(shared_from_this(), source_);
}

std::optional<Hold> AccountLimiter::try_take(TokenWaiter* waiter) {
  if (!source_) return usage_->begin(waiter);
  // Own limits come first: for a letter that may not go in any case nothing is reserved.
  if (auto hold = usage_->hold(waiter)) return hold;
  if (auto hold = dry(waiter)) return hold;
  // Another limiter of the account may have been quicker.
  auto hold = usage_->begin(waiter);
  if (!hold) {
    --reserved_;
    ++in_flight_;
  }
  return hold;
}

std::optional<Hold> AccountLimiter::dry(TokenWaiter* waiter) {
  if (reserved() > 0) return std::nullopt;
  if (waiter) usage_->wait(*waiter);
  const auto now = usage_->now();
  if (asked_ || ask_again_ <= now) return Hold{};
  return Hold{used_up_, free_at_ - now, std::max(not_before_ - now, Instant::duration::zero()), ask_again_ - now};
}

bool AccountLimiter::must_ask() {
  const std::lock_guard lock(mutex_);
  return due_to_ask();
}

bool AccountLimiter::due_to_ask() {
  return source_ && reserved() == 0 && !asked_ && ask_again_ <= usage_->now() &&
         usage_->left().value_or(UINT32_MAX) > 0;
}

std::uint32_t AccountLimiter::reserved() {
  if (reserved_ > 0 && usage_->now() >= reserved_until_) reserved_ = 0;  // the source has ended them itself
  return reserved_;
}

std::optional<std::uint32_t> AccountLimiter::left() {
  const std::lock_guard lock(mutex_);
  const auto left = usage_->left();
  return source_ ? std::min(reserved(), left.value_or(UINT32_MAX)) : left;
}

std::optional<Hold> AccountLimiter::hold(TokenWaiter* waiter) {
  const std::lock_guard lock(mutex_);
  if (auto hold = usage_->hold(waiter)) return hold;
  // Who takes a token asks the source first, where that is due.
  if (!source_ || due_to_ask()) return std::nullopt;
  return dry(waiter);
}

std::optional<Hold> AccountLimiter::outlook(std::size_t nth) {
  const std::lock_guard lock(mutex_);
  auto own = usage_->outlook(nth);
  if (!source_ || reserved() >= nth) return own;
  auto others = dry(nullptr);
  if (!others || !others->wait) return own;
  return own && *own->wait >= *others->wait ? own : others;
}

std::optional<TimePoint> AccountLimiter::next_free() {
  const auto held = hold();
  if (!held || !held->wait) return std::nullopt;
  return SystemClock().now() + std::chrono::duration_cast<Duration>(*held->wait);
}

void AccountLimiter::set_source(std::shared_ptr<TokenSource> source) {
  return_reserved();
  {
    const std::lock_guard lock(mutex_);
    source_ = std::move(source);
    in_flight_ = 0;
    asked_ = false;
    ask_again_ = {};
    used_up_.reset();
  }
  usage_->wake_waiters();
}

void AccountLimiter::grant(const TokenSource::Grant& grant) {
  {
    const std::lock_guard lock(mutex_);
    const auto now = usage_->now();
    asked_ = false;
    if (grant.tokens > 0 && grant.valid_for > grant.valid_for.zero()) {
      const auto until = now + grant.valid_for;
      reserved_until_ = reserved() > 0 ? std::min(reserved_until_, until) : until;
      reserved_ += grant.tokens;
    } else {
      free_at_ = now + grant.hold.wait.value_or(usual_ask_again);
      ask_again_ = grant.hold.again ? now + *grant.hold.again : free_at_;
      not_before_ = now + grant.hold.at_least;
      used_up_ = grant.hold.limit;
    }
  }
  usage_->wake_waiters();
}

void AccountLimiter::renew(std::chrono::nanoseconds valid_for) {
  const std::lock_guard lock(mutex_);
  if (reserved() > 0) reserved_until_ = usage_->now() + valid_for;
}

AccountLimiter::Held AccountLimiter::held() {
  const std::lock_guard lock(mutex_);
  return {reserved(), in_flight_};
}

std::uint32_t AccountLimiter::drop_reserved() {
  const auto unused = reserved();
  reserved_ = 0;
  return unused;
}

void AccountLimiter::return_reserved() {
  std::unique_lock lock(mutex_);
  const auto source = source_;
  const auto unused = drop_reserved();
  lock.unlock();
  if (source && unused > 0) source->give_back(unused);
}

void AccountLimiter::ended(TokenSource* source) {
  // Told before it is no longer in flight: it may count twice for a moment, never not at all.
  if (source) source->ended();
  const std::lock_guard lock(mutex_);
  if (source && source == source_.get()) --in_flight_;
  usage_->ended();
}

void AccountLimiter::given_back(TokenSource* source) {
  const std::lock_guard lock(mutex_);
  if (source && source == source_.get()) {
    --in_flight_;
    // Where the time of what was granted is over, the source has it back already.
    if (usage_->now() < reserved_until_) ++reserved_;
  }
  usage_->given_back();
}

AccountToken& AccountToken::operator=(AccountToken&& other) noexcept {
  if (this == &other) return *this;
  ended();
  limiter_ = std::move(other.limiter_);
  source_ = std::move(other.source_);
  return *this;
}

void AccountToken::ended() {
  if (const auto limiter = std::exchange(limiter_, nullptr)) limiter->ended(source_.get());
}

void AccountToken::give_back() {
  if (const auto limiter = std::exchange(limiter_, nullptr)) limiter->given_back(source_.get());
}

}  // namespace gatepost::engine
