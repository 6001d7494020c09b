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
      look_ahead_(options_.signers, options_.max_bytes, workers,
                  [this] {
                    boost::asio::post(context_, [lane = weak_from_this()] {
                      if (const auto self = lane.lock()) self->pump();
                    });
                  }),
      limiter_(options_.limits),
      letters_cap_(options_.letters_per_connection),
      connection_cap_(std::max(1U, options_.max_connections)),
      timer_(context),
      on_stopped_(std::move(on_stopped)) {
  options_.max_connections = connection_cap_;
}

void Lane::submit(std::vector<QueuedJob> jobs) {
  for (auto& job : jobs) queue_.push_back(std::move(job));
  if (stopping_) {
    give_back(*stopping_);
  } else if (paused_ && !may_send()) {
    give_back(*paused_);
  } else {
    pump();
  }
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
  // Idle connections and those still shaking hands will each take a letter; the rest of the queue asks for more.
  auto wanted = queue_.size();
  const auto pool = connections_;  // wake() may change the pool
  for (const auto& p : pool) {
    const bool idle = p.connection->idle();
    if ((idle || !p.connection->session().ready()) && wanted > 0) --wanted;
    if (idle) p.connection->wake();
  }
  if (limiter_.left(clock_.now()).value_or(1) > 0) {
    for (; wanted > 0 && connections_.size() < connection_cap_; --wanted) {
      connections_.push_back({net::ClientConnection::open(context_, options_.connect, *this), 0, 0, {}, token_turn_});
    }
  }
  arm_timer();
}

void Lane::closed(net::ClientConnection& connection, const std::optional<Failure>& failure) {
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
  if (stopped()) on_stopped_();
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
  const auto now = clock_.now();
  may_send();
  LaneStatus status;
  status.queued = queue_.size();
  status.in_flight = in_flight_.size();
  status.connections = connections_.size();
  status.left = limiter_.left(now);
  if (status.left) *status.left -= std::min<std::uint32_t>(*status.left, static_cast<std::uint32_t>(queue_.size()));
  status.next_free = limiter_.next_free(now);
  status.paused = paused_;
  return status;
}

void Lane::remember_sent(const std::vector<TimePoint>& at) {
  for (const auto t : at) limiter_.remember(t);
}

void Lane::arm_timer() {
  if (timer_armed_ || stopping_) return;
  const auto now = clock_.now();
  auto wait = std::chrono::duration_cast<steady_clock::duration>(options_.idle);
  if (!queue_.empty()) {
    if (const auto free = limiter_.next_free(now)) wait = std::min<steady_clock::duration>(wait, *free - now);
  } else if (connections_.empty()) {
    return;
  }
  timer_armed_ = true;
  timer_.expires_after(std::max<steady_clock::duration>(wait, std::chrono::milliseconds(1)));
  timer_.async_wait([lane = weak_from_this()](const boost::system::error_code& error) {
    const auto self = lane.lock();
    if (!self) return;
    self->timer_armed_ = false;
    if (!error) self->on_timer();
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
