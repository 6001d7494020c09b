#include "gatepost/engine/lane.hpp"

#include <algorithm>
#include <utility>

#include "gatepost/engine/finish.hpp"
#include "gatepost/engine/lane_failures.hpp"

namespace gatepost::engine {

using std::chrono::steady_clock;

Lane::Lane(boost::asio::io_context& context, Workers& workers, LaneId id, LaneOptions options,
           std::function<void()> on_stopped)
    : context_(context),
      id_(id),
      options_(std::move(options)),
      look_ahead_(options_.signers, options_.max_bytes, workers, [this] { pump_soon(); }),
      limiter_(options_.limiter ? std::move(options_.limiter) : std::make_shared<AccountLimiter>()),
      waiter_(limiter_->usage(), [this] { pump_soon(); }),
      letters_cap_(options_.letters_per_connection),
      pool_cap_(std::max(1U, options_.max_connections), options_.cap_holds),
      knocking_(options_.connect.deadlines.greeting),
      timer_(context),
      on_stopped_(std::move(on_stopped)) {}

void Lane::submit(std::vector<QueuedJob> jobs) {
  guarded([&] {
    for (auto& queued : jobs) {
      if (stopping_) {
        finish_untouched(queued, id_, *stopping_);
      } else if (const auto* pause = queued.job.insists ? nullptr : holding(queued.job)) {
        finish_held_back(queued, id_, *pause);
      } else {
        queue_.push_back(std::move(queued));
      }
    }
    if (queue_.empty()) return want_no_tokens();
    pump();
  });
}

void Lane::cancel(const OutcomeQueue* queue, std::optional<std::uint64_t> first, std::uint64_t count) {
  const auto meant = [&](const QueuedJob& queued) {
    const auto ticket = queued.job.ticket;
    return queued.queue.get() == queue && (!first || (ticket >= *first && ticket - *first < count));
  };
  for (auto& [id, flight] : in_flight_) flight.queued.cancelled = flight.queued.cancelled || meant(flight.queued);
  std::deque<QueuedJob> kept;
  for (auto& queued : queue_) {
    if (meant(queued)) {
      finish_untouched(queued, id_, cancelled_failure());
    } else {
      kept.push_back(std::move(queued));
    }
  }
  queue_.swap(kept);
  if (queue_.empty()) want_no_tokens();
}

void Lane::stop(bool now) {
  if (!stopping_) stopping_ = closed_failure();
  give_back(*stopping_);
  const auto pool = connections_;  // quit() may change the pool
  // Those that have not been let in have no letter to wait for.
  for (const auto& p : pool) p.connection->quit(now || !p.connection->session().ready());
  if (stopped()) stop_limiting();
}

void Lane::leave(std::chrono::milliseconds grace) {
  leaving_ = true;
  stopping_ = removed_failure();
  timer_due_.reset();
  timer_.expires_after(grace);
  timer_.async_wait([lane = weak_from_this()](const boost::system::error_code& error) {
    if (const auto self = lane.lock(); self && !error) self->stop(true);
  });
  stop(false);
}

void Lane::release() {
  connections_.clear();
  timer_.cancel();
}

LaneStatus Lane::status() {
  LaneStatus status;
  status.queued = queue_.size();
  status.in_flight = in_flight_.size();
  status.connections = connections_.size();
  status.most_connections = pool_cap_.most(steady_clock::now());
  status.left = letters_left();
  status.must_ask = limiter_->must_ask();
  if (status.left) *status.left -= std::min<std::uint32_t>(*status.left, static_cast<std::uint32_t>(queue_.size()));
  if (const auto hold = token_ ? std::nullopt : limiter_->hold()) {
    status.held.emplace(LimitHold{hold->limit, {}});
    if (hold->wait) status.held->until = clock_.now() + std::chrono::duration_cast<Duration>(*hold->wait);
  }
  status.pauses = pauses_.all(clock_.now());
  if (const auto* pause = pauses_.of_account(clock_.now())) status.paused = pause->why;
  return status;
}

void Lane::remember_sent(const std::vector<TimePoint>& at) { limiter_->remember(at); }

void Lane::arm_timer() {
  if (stopping_ || (queue_.empty() && connections_.empty())) return;
  const auto now = steady_clock::now();
  auto due = now + options_.idle;
  if (!queue_.empty()) {
    if (held_until_) due = std::min(due, *held_until_);
    if (pool_cap_.lowered() && pool_cap_.try_at() > now) due = std::min(due, pool_cap_.try_at());
    if (knocking_.not_before() > now) due = std::min(due, knocking_.not_before());
  }
  if (timer_due_ && *timer_due_ <= due) return;
  timer_due_ = due;
  timer_.expires_at(due);
  timer_.async_wait([lane = weak_from_this()](const boost::system::error_code& error) {
    const auto self = lane.lock();
    if (error || !self) return;
    self->timer_due_.reset();
    self->guarded([&] { self->on_timer(); });
  });
}

void Lane::on_timer() {
  const auto long_ago = steady_clock::now() - options_.idle;
  const auto pool = connections_;
  for (const auto& p : pool) {
    if (p.waits() && p.idle_since <= long_ago && p.connection->idle()) p.connection->quit();
  }
  pump();
  arm_timer();
}

}  // namespace gatepost::engine
