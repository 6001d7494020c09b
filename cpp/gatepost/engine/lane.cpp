#include "gatepost/engine/lane.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>

#include "gatepost/engine/finish.hpp"
#include "gatepost/engine/lane_failures.hpp"

namespace gatepost::engine {

using codes::Category;
using codes::Failure;
using codes::Phase;
using std::chrono::steady_clock;

namespace {
constexpr std::chrono::seconds cap_holds{60};
}  // namespace

Lane::Lane(boost::asio::io_context& context, Workers& workers, LaneId id, LaneOptions options,
           std::function<void()> on_stopped)
    : context_(context),
      id_(id),
      options_(std::move(options)),
      look_ahead_(options_.signers, options_.max_bytes, workers, [this] { pump_soon(); }),
      limiter_(options_.limiter ? options_.limiter : std::make_shared<AccountLimiter>()),
      waiter_(limiter_->usage(), [this] { pump_soon(); }),
      letters_cap_(options_.letters_per_connection),
      connection_cap_(std::max(1U, options_.max_connections)),
      timer_(context),
      on_stopped_(std::move(on_stopped)) {
  options_.max_connections = connection_cap_;
}

void Lane::submit(std::vector<QueuedJob> jobs) {
  guarded([&] {
    for (auto& job : jobs) queue_.push_back(std::move(job));
    if (stopping_) {
      give_back(*stopping_);
    } else if (paused_ && !may_send()) {
      give_back(*paused_);
    } else {
      pump();
    }
  });
}

/// False while the account is paused; a pause whose time is over ends here.
bool Lane::may_send() {
  if (paused_ && paused_until_ && clock_.now() >= *paused_until_) resume();
  return !paused_ && !stopping_;
}

void Lane::pump() {
  if (queue_.empty() || !may_send()) return;
  if (connection_cap_ < options_.max_connections && steady_clock::now() >= cap_until_) {
    connection_cap_ = options_.max_connections;
  }
  if (held()) return arm_timer();
  // Idle connections and those still shaking hands will each take a letter; the rest of the queue asks for more.
  auto wanted = std::min<std::size_t>(queue_.size(), limiter_->left().value_or(UINT32_MAX));
  const auto pool = connections_;  // wake() may change the pool
  for (const auto& p : pool) {
    const bool idle = p.connection->idle();
    if ((idle || !p.connection->session().ready()) && wanted > 0) --wanted;
    if (idle) p.connection->wake();
  }
  for (; wanted > 0 && connections_.size() < connection_cap_; --wanted) {
    connections_.push_back({net::ClientConnection::open(context_, options_.connect, *this), 0, 0, {}, token_turn_});
  }
  arm_timer();
}

void Lane::pump_soon() {
  boost::asio::post(context_, [lane = weak_from_this()] {
    if (const auto self = lane.lock()) self->guarded([&] { self->pump(); });
  });
}

bool Lane::held() {
  const auto hold = limiter_->hold(&waiter_);
  held_until_.reset();
  if (hold) held_by(*hold);
  return hold.has_value();
}

void Lane::held_by(const Hold& hold) {
  held_until_.reset();
  if (hold.wait) held_until_ = steady_clock::now() + *hold.wait;
}

void Lane::closed(net::ClientConnection& connection, const std::optional<Failure>& failure) {
  // What it never spoke of, because an exception came between, ends here.
  std::erase_if(in_flight_, [&](const auto& entry) { return entry.second.connection == &connection; });
  guarded([&] { connection_closed(connection, failure); });
  if (stopped()) on_stopped_();
}

void Lane::connection_closed(net::ClientConnection& connection, const std::optional<Failure>& failure) {
  // A server that lets us in and drops us before the first letter is as good as one that refuses the connection.
  const auto* own = pooled(connection);
  const bool was_useful = connection.session().ready() && own && own->letters > 0;
  const bool was_busy = was_useful && own->idle_since == steady_clock::time_point{};
  if (failure && was_busy && !stopping_) letters_cap_.ended_after(own->answered);
  // A refusal of the token before says nothing about the one that there is now.
  const bool outdated = failure && failure->phase == Phase::auth && own && own->token_turn != token_turn_;
  std::erase_if(connections_, [&](const Pooled& p) { return p.connection.get() == &connection; });
  if (failure && !was_useful && !outdated && !stopping_) {
    if (stops_the_account(*failure)) {
      pause(*failure, connection.session().transcript());
    } else if (const auto ready = ready_connections(); ready > 0) {
      connection_cap_ = static_cast<std::uint32_t>(ready);
      cap_until_ = steady_clock::now() + cap_holds;
    } else {
      // Nobody can take these letters now. When to try again is for the caller to decide.
      give_back(*failure, connection.session().transcript());
    }
  }
  pump();
}

void Lane::pause(const Failure& failure, const std::string& transcript) {
  if (!paused_) {
    paused_ = failure;
    paused_until_ = pause_end(failure, clock_.now());
  }
  give_back(failure, transcript);
}

void Lane::resume() {
  paused_.reset();
  paused_until_.reset();
  pump();
}

void Lane::set_access_token(std::string token) {
  options_.connect.session.identity.access_token = std::move(token);
  ++token_turn_;
  if (paused_ && paused_->phase == Phase::auth) resume();
}

void Lane::give_back(const Failure& failure, const std::string& transcript) {
  std::deque<QueuedJob> jobs;
  jobs.swap(queue_);
  for (auto& queued : jobs) finish_untouched(queued, id_, failure, transcript);
  limiter_->return_reserved();
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
  if (queue_.empty()) limiter_->return_reserved();
}

void Lane::stop(bool now) {
  if (!stopping_) stopping_ = closed_failure();
  give_back(*stopping_);
  const auto pool = connections_;  // quit() may change the pool
  for (const auto& p : pool) p.connection->quit(now);
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
  may_send();
  LaneStatus status;
  status.queued = queue_.size();
  status.in_flight = in_flight_.size();
  status.connections = connections_.size();
  status.left = limiter_->left();
  if (status.left) *status.left -= std::min<std::uint32_t>(*status.left, static_cast<std::uint32_t>(queue_.size()));
  if (const auto hold = limiter_->hold()) {
    status.held.emplace(LimitHold{hold->limit, {}});
    if (hold->wait) status.held->until = clock_.now() + std::chrono::duration_cast<Duration>(*hold->wait);
  }
  status.paused = paused_;
  return status;
}

void Lane::remember_sent(const std::vector<TimePoint>& at) { limiter_->remember(at); }

void Lane::arm_timer() {
  if (stopping_ || (queue_.empty() && connections_.empty())) return;
  auto due = steady_clock::now() + options_.idle;
  if (!queue_.empty() && held_until_) due = std::min(due, *held_until_);
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
    if (p.idle_since != steady_clock::time_point{} && p.idle_since <= long_ago && p.connection->idle())
      p.connection->quit();
  }
  pump();
  arm_timer();
}

Lane::Pooled* Lane::pooled(const net::ClientConnection& connection) {
  const auto found = std::find_if(connections_.begin(), connections_.end(),
                                  [&](const Pooled& p) { return p.connection.get() == &connection; });
  return found == connections_.end() ? nullptr : &*found;
}

std::size_t Lane::ready_connections() const {
  return static_cast<std::size_t>(std::count_if(connections_.begin(), connections_.end(),
                                                [](const Pooled& p) { return p.connection->session().ready(); }));
}

}  // namespace gatepost::engine
