#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gatepost/core/of_one_process.hpp"
#include "gatepost/engine/account_limiter.hpp"
#include "gatepost/engine/job.hpp"
#include "gatepost/engine/journal.hpp"
#include "gatepost/engine/outcome_queue.hpp"
#include "gatepost/engine/pauses.hpp"
#include "gatepost/engine/signer_choice.hpp"
#include "gatepost/net/client_connection.hpp"

namespace gatepost::engine {

using LaneId = std::uint32_t;

/// One SMTP account as the engine sees it.
struct LaneOptions {
  std::string name;
  net::ConnectOptions connect;
  std::uint32_t max_connections = 4;
  std::uint32_t letters_per_connection = 0;     ///< 0: no cap
  std::chrono::milliseconds idle{30'000};       ///< an unused connection says QUIT after this
  std::chrono::milliseconds cap_holds{60'000};  ///< where the server lets in fewer, one more is tried after this
  std::shared_ptr<AccountLimiter> limiter;      ///< shared by all lanes of the account; null: no limit
  SignerChoice signers;                         ///< DKIM, by the domain of From
  std::optional<std::uint64_t> max_bytes;       ///< of a letter with its signatures; nullopt: what the server says
};

/// The limit that holds a lane's letters.
struct LimitHold {
  std::optional<Limit> limit;      ///< nullopt: tokens are being asked for, or their source did not say
  std::optional<TimePoint> until;  ///< when the next letter may go, as far as is known
};

/// How a lane stands at this moment.
struct LaneStatus {
  std::size_t queued = 0;
  std::size_t in_flight = 0;
  std::size_t connections = 0;
  std::optional<std::uint32_t> left;     ///< letters that its limits still allow now
  std::size_t most_connections = 0;      ///< that the server lets in, as far as it has shown
  bool must_ask = false;                 ///< tokens of their source have to be asked for first
  std::optional<LimitHold> held;         ///< a limit is used up
  std::vector<Pause> pauses;             ///< what is not tried: wrong password, blocked account, refused sender ...
  std::optional<codes::Failure> paused;  ///< the whole account: why
  bool removed = false;                  ///< nothing else is known of it then
};

/// Sends letters through lanes of pooled connections on one I/O thread. Every job ends in exactly one Outcome on the
/// queue it was submitted with. All calls are safe from any thread; none waits for the network except stop(). A lane
/// that was removed takes no more: jobs and checks for it end at once, untouched; other calls answer so. An id that was
/// never given throws std::out_of_range.
class Engine : public OfOneProcess {
 public:
  Engine();
  ~Engine();  ///< stop(0)

  LaneId add_lane(LaneOptions options);
  /// Gives back what has not begun, as cancel() does. Its connections say QUIT after what is in flight and are dropped
  /// after `grace`; nothing waits for them. Its id is not given again. False: it has been removed before.
  bool remove_lane(LaneId lane, std::chrono::milliseconds grace);
  void submit(LaneId lane, std::vector<Job> jobs, std::shared_ptr<OutcomeQueue> queue,
              std::shared_ptr<Journal> journal = {});
  LaneStatus status(LaneId lane);
  /// Counts letters sent earlier against the limits of the lane's account. False: the lane has been removed.
  bool remember_sent(LaneId lane, const std::vector<TimePoint>& at);
  /// Gives back what has not begun: those jobs end with the category connection_lost, untouched. All of one queue's, or
  /// `count` tickets from `first` on.
  void cancel(const std::shared_ptr<OutcomeQueue>& queue, std::optional<std::uint64_t> first = {},
              std::uint64_t count = 1);
  /// Opens a connection, logs in, asks, and says QUIT. The outcome comes to `queue`: one recipient without an address,
  /// and a final reply with the code of the last answer and all answers' lines, parted by line feeds.
  void check(LaneId lane, std::uint64_t ticket, std::vector<smtp::Question> questions,
             std::shared_ptr<OutcomeQueue> queue);
  /// Ends the lane's pauses: what was refused is tried again. False: it has been removed.
  bool resume(LaneId lane);
  /// The OAuth token of connections to come. A lane that is paused since its login was refused goes on. False: it has
  /// been removed.
  bool set_access_token(LaneId lane, std::string token);
  /// Ends all connections: QUIT after what is in flight, at most `grace`, then at once. While it waits, `go_on` is
  /// asked every 100 ms or sooner; false ends the grace.
  void stop(std::chrono::milliseconds grace, const std::function<bool()>& go_on = {});

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace gatepost::engine
