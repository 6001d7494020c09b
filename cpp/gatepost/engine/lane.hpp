#pragma once
#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gatepost/engine/account_suspicion.hpp"
#include "gatepost/engine/connection_cap.hpp"
#include "gatepost/engine/engine.hpp"
#include "gatepost/engine/knocking.hpp"
#include "gatepost/engine/lane_failures.hpp"
#include "gatepost/engine/look_ahead.hpp"
#include "gatepost/engine/pool_cap.hpp"
#include "gatepost/engine/queued_job.hpp"
#include "gatepost/net/guarded.hpp"

namespace gatepost::engine {

/// One account's queue and its pool of connections. Lives on the I/O thread; only the engine calls it.
class Lane final : public net::ConnectionOwner, public std::enable_shared_from_this<Lane> {
 public:
  /// Held by a shared_ptr. `on_stopped` is called when the last connection has gone after stop() or leave().
  Lane(boost::asio::io_context& context, Workers& workers, LaneId id, LaneOptions options,
       std::function<void()> on_stopped);

  void submit(std::vector<QueuedJob> jobs);
  LaneStatus status();
  void remember_sent(const std::vector<TimePoint>& at);
  /// Ends all pauses.
  void resume();
  /// For connections to come; a pause for a refused login ends.
  void set_access_token(std::string token);
  const net::ConnectOptions& connect_options() const { return options_.connect; }
  void cancel(const OutcomeQueue* queue, std::optional<std::uint64_t> first, std::uint64_t count);
  /// No new letters: what is queued goes back untouched, connections say QUIT (`now`: drop at once).
  void stop(bool now);
  /// As stop() for a lane that is removed: what is still in flight when the grace is over is dropped.
  void leave(std::chrono::milliseconds grace);
  bool leaving() const { return leaving_; }
  bool stopped() const { return stopping_ && connections_.empty(); }
  /// Lets go of sockets and timers before the context dies.
  void release();

  std::optional<smtp::ClientLetter> next_letter(net::ClientConnection& connection) override;
  void letters_done(net::ClientConnection& connection, std::vector<smtp::LetterOutcome> outcomes) override;
  void closed(net::ClientConnection& connection, const std::optional<codes::Failure>& failure) override;

 private:
  struct InFlight {
    QueuedJob queued;
    SplitLetter::Places places;  ///< whom this transaction is for, where the letter is split
    TimePoint started;
    AccountToken token;
    const net::ClientConnection* connection;
  };
  struct Pooled {
    std::shared_ptr<net::ClientConnection> connection;
    TimePoint opened{};
    std::uint32_t letters = 0;   ///< handed in
    std::uint32_t answered = 0;  ///< of them, those that the server spoke of
    std::chrono::steady_clock::time_point idle_since{};
    std::uint32_t token_turn = 0;             ///< which of the lane's tokens it logs in with
    std::optional<codes::Failure> refusal{};  ///< met by a letter, and of the connection: it retires
    bool dropped = false;                     ///< by us, before it was let in

    bool waits() const { return idle_since != std::chrono::steady_clock::time_point{}; }
    bool in() const { return connection->session().ready() && !refusal; }
  };

  std::optional<smtp::ClientLetter> take_next(net::ClientConnection& connection);
  /// Runs a step of the lane. Where it throws, all that wait end by that.
  template <class Step>
  void guarded(const Step& step) {
    net::guarded(step, [this](std::string_view what) { give_back(internal_failure(what)); });
  }

  // lane_connections.cpp: how many there are
  void connection_closed(net::ClientConnection& connection, const std::optional<codes::Failure>& failure);
  /// Wakes idle connections and opens further ones as the queue asks for.
  void pump();
  /// Runs pump() on the I/O thread, soon; from any thread.
  void pump_soon();
  std::size_t most_connections(PoolCap::Instant now) const;
  /// Some connection is there to be used, or one may be opened.
  bool can_begin() const;
  /// A connection has gone that did not get as far as to take letters.
  void turned_away(const Pooled& own, const codes::Failure& why);
  Pooled* pooled(const net::ClientConnection& connection);
  std::size_t connections_in() const;
  std::size_t serving_connections() const;

  // lane_letters.cpp: a letter's way
  /// Takes a letter off the queue and makes it ready; nullopt: none may go now, or none is made yet.
  std::optional<smtp::ClientLetter> begin_next(const net::ClientConnection& connection);
  /// The job at the front ends here: its letter cannot be made.
  void finish_unmade(const codes::Failure& why);
  smtp::ClientLetter in_flight(QueuedJob queued, TimePoint now, AccountToken token,
                               const net::ClientConnection& connection);
  TransactionLimits transaction_limits(const smtp::SessionFacts& facts) const;
  /// Whether the letter, or those of its recipients that met what speaks of the connection, waits for another one.
  bool put_off(net::ClientConnection& connection, InFlight& flight, smtp::LetterOutcome& letter);
  void wait_again(QueuedJob queued);
  /// What became of one transaction; the job goes on with the next one, or ends.
  void settle(InFlight flight, smtp::LetterOutcome letter, std::optional<TimePoint> paused_until);

  // lane_pauses.cpp: what is not tried
  /// The end of the pause that the letter's failures begin, if they do.
  std::optional<TimePoint> pause_for(const InFlight& flight, smtp::LetterOutcome& letter);
  /// The server does not take the login: all that waits ends with that.
  void pause_for_login(const Pooled& own, const codes::Failure& why);
  /// Queued jobs that a pause holds back come back untried.
  void give_back_held();
  /// Whether a pause holds this job back.
  const Pause* holding(const Job& job);
  /// Ends all queued jobs, untouched, with this failure and what was said on the connection that met it.
  void give_back(const codes::Failure& failure, const std::string& transcript = {},
                 std::optional<TimePoint> paused_until = {});

  // lane.cpp
  void arm_timer();
  void on_timer();

  // lane_tokens.cpp: what the account's limiter lets it send
  /// Whether the lane has a token for its next letter. It takes one as soon as it may, before the connection stands, so
  /// that nobody with a quicker connection passes it by; where it may not, it goes on when the limit gives way.
  bool has_token();
  /// Nothing can go now: others have the token and the lane's place in the line.
  void let_go_of_token();
  /// Nothing waits here: what was reserved for the lane goes back too.
  void want_no_tokens();
  std::optional<std::uint32_t> letters_left();
  /// With the last connection the lane's limits go: they hold for the others of its account no longer.
  void stop_limiting();

  boost::asio::io_context& context_;
  LaneId id_;
  LaneOptions options_;
  LookAhead look_ahead_;
  std::shared_ptr<AccountLimiter> limiter_;
  TokenWaiter waiter_;
  std::optional<AccountToken> token_;                                ///< for the next letter
  std::optional<std::chrono::steady_clock::time_point> held_until_;  ///< by a limit, as far as is known
  ConnectionCap letters_cap_;
  std::uint32_t token_turn_ = 0;
  std::optional<std::uint32_t> recipients_taken_;  ///< in one transaction, as the server's refusals taught
  SystemClock clock_;
  std::deque<QueuedJob> queue_;
  std::map<std::uint64_t, InFlight> in_flight_;
  std::uint64_t next_letter_id_ = 1;
  std::vector<Pooled> connections_;
  PoolCap pool_cap_;
  Knocking knocking_;
  Pauses pauses_;
  AccountSuspicion suspicion_;
  boost::asio::steady_timer timer_;
  std::optional<std::chrono::steady_clock::time_point> timer_due_;  ///< nullopt: it does not run
  std::optional<codes::Failure> stopping_;                          ///< why nothing more goes
  bool leaving_ = false;
  std::function<void()> on_stopped_;
};

}  // namespace gatepost::engine
