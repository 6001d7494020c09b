// A lane's connections: how many there are, and what is learnt from those that are turned away.
#include <algorithm>
#include <boost/asio/post.hpp>

#include "gatepost/engine/lane.hpp"

namespace gatepost::engine {

using codes::Category;
using codes::Failure;
using codes::Phase;
using std::chrono::steady_clock;

namespace {

constexpr std::chrono::seconds long_unused{1};

/// Where the server counts letters of a connection, there may be as many connections as before.
bool only_this_one_is_used_up(const Failure& why) { return why.retry == codes::RetryVerdict::now; }

}  // namespace

void Lane::pump() {
  if (queue_.empty() || stopping_) return let_go_of_token();
  if (!can_begin()) let_go_of_token();
  if (!can_begin() || !has_token()) return arm_timer();
  // Idle connections and those still shaking hands will each take a letter; the rest of the queue asks for more.
  auto wanted = std::min<std::size_t>(queue_.size(), letters_left().value_or(UINT32_MAX));
  const auto pool = connections_;  // wake() may change the pool
  for (const auto& p : pool) {
    const bool idle = p.connection->idle();
    if ((idle || !p.connection->session().ready()) && wanted > 0) --wanted;
    if (idle) p.connection->wake();
  }
  const auto most = most_connections(steady_clock::now());
  for (; wanted > 0 && connections_.size() < most; --wanted) {
    auto connection = net::ClientConnection::open(context_, options_.connect, *this);
    connections_.push_back({std::move(connection), clock_.now(), 0, 0, {}, token_turn_});
  }
  arm_timer();
}

bool Lane::can_begin() const {
  return connections_.size() < most_connections(steady_clock::now()) ||
         std::any_of(connections_.begin(), connections_.end(),
                     [](const Pooled& p) { return p.connection->idle() || !p.connection->session().ready(); });
}

/// One knocks, the others follow when it is in: a wrong password is tried once, and a full server is not stormed.
std::size_t Lane::most_connections(PoolCap::Instant now) const {
  if (connections_in() > 0) return pool_cap_.most(now);
  return now < knocking_.not_before() ? 0 : 1;
}

void Lane::pump_soon() {
  boost::asio::post(context_, [lane = weak_from_this()] {
    if (const auto self = lane.lock()) self->guarded([&] { self->pump(); });
  });
}

void Lane::closed(net::ClientConnection& connection, const std::optional<Failure>& failure) {
  // What it never spoke of, because an exception came between, ends here.
  std::erase_if(in_flight_, [&](const auto& entry) { return entry.second.connection == &connection; });
  guarded([&] { connection_closed(connection, failure); });
  if (!stopped()) return;
  stop_limiting();
  on_stopped_();
}

void Lane::connection_closed(net::ClientConnection& connection, const std::optional<Failure>& failure) {
  const auto* const found = pooled(connection);
  const auto own = found ? *found : Pooled{};
  std::erase_if(connections_, [&](const Pooled& p) { return p.connection.get() == &connection; });
  const bool ready = connection.session().ready();
  if ((failure || own.refusal) && ready && own.letters > 0 && !own.waits() && !stopping_) {
    letters_cap_.ended_after(own.answered);
  }
  // What a letter met says most. A connection that idled may end at any time, and so may one that has served.
  auto why = own.refusal;
  const bool idled = own.waits() && steady_clock::now() - own.idle_since >= long_unused;
  if (!why && own.letters == 0 && !idled) why = failure;
  if (why && own.answered > 0 && (why->category != Category::too_many_connections || only_this_one_is_used_up(*why))) {
    why.reset();
  }
  // A refusal of the token before says nothing about the one that there is now.
  const bool outdated = why && why->phase == Phase::auth && own.token_turn != token_turn_;
  if (why && !outdated && !own.dropped && !stopping_) {
    turned_away(own, *why);
  }
  pump();
}

void Lane::turned_away(const Pooled& own, const Failure& why) {
  const auto now = steady_clock::now();
  const bool others_are_in = connections_in() > 0;
  if (stops_the_account(why) && !others_are_in) return pause_for_login(own, why);
  if (!connections_.empty()) {
    const std::chrono::seconds least(stops_the_account(why) ? why.retry_after_seconds : 0);
    pool_cap_.turned_away(connections_.size(), now, least);
  } else if (!knocking_.again(why, now)) {
    // Nobody can take these letters now. When to try again is for the caller to decide.
    give_back(why, own.connection->session().transcript());
  }
}

Lane::Pooled* Lane::pooled(const net::ClientConnection& connection) {
  const auto found = std::find_if(connections_.begin(), connections_.end(),
                                  [&](const Pooled& p) { return p.connection.get() == &connection; });
  return found == connections_.end() ? nullptr : &*found;
}

std::size_t Lane::connections_in() const {
  return static_cast<std::size_t>(
      std::count_if(connections_.begin(), connections_.end(), [](const Pooled& p) { return p.in(); }));
}

std::size_t Lane::serving_connections() const {
  return static_cast<std::size_t>(
      std::count_if(connections_.begin(), connections_.end(), [](const Pooled& p) { return p.answered > 0; }));
}

}  // namespace gatepost::engine
