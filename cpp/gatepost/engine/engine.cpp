#include "gatepost/engine/engine.hpp"

#include <atomic>
#include <boost/asio/post.hpp>
#include <condition_variable>
#include <future>
#include <map>
#include <mutex>
#include <stdexcept>

#include "gatepost/engine/check.hpp"
#include "gatepost/engine/finish.hpp"
#include "gatepost/engine/lane.hpp"
#include "gatepost/engine/lane_failures.hpp"
#include "gatepost/net/io_thread.hpp"

namespace gatepost::engine {

class Engine::Impl {
 public:
  /// Runs `work` on the I/O thread and waits for its answer; the work never waits for the network.
  template <class Work>
  auto ask(Work work) {
    std::packaged_task<decltype(work())()> task(std::move(work));
    auto answer = task.get_future();
    boost::asio::post(io_.context(), [&task] { task(); });
    return answer.get();
  }

  ~Impl() {
    stop(std::chrono::milliseconds(0), {});
    ask([this] {
      for (auto& [id, lane] : lanes_) lane->release();
    });
    io_.stop();
  }

  LaneId add(LaneOptions options) {
    return ask([this, &options] {
      const LaneId id = last_id_ + 1;
      lanes_.emplace(id, std::make_shared<Lane>(io_.context(), workers_, id, std::move(options),
                                                [this, id] { lane_stopped(id); }));
      last_id_ = id;
      return id;
    });
  }

  bool remove(LaneId id, std::chrono::milliseconds grace) {
    auto* const lane = find(id);
    if (!lane) return false;
    lane->leave(grace);
    if (lane->stopped()) lanes_.erase(id);
    return true;
  }

  /// A lane that there never was is the caller's error, here and now.
  void must_know(LaneId id) const {
    if (id == 0 || id > last_id_) throw std::out_of_range("no lane " + std::to_string(id));
  }
  /// Null: it has been removed.
  Lane* find(LaneId id) {
    const auto found = lanes_.find(id);
    return found == lanes_.end() || found->second->leaving() ? nullptr : found->second.get();
  }

  void submit(LaneId id, std::vector<QueuedJob> jobs) {
    if (auto* const lane = find(id)) return lane->submit(std::move(jobs));
    for (auto& job : jobs) finish_untouched(job, id, removed_failure());
  }

  void cancel(const OutcomeQueue* queue, std::optional<std::uint64_t> first, std::uint64_t count) {
    for (auto& [id, lane] : lanes_) lane->cancel(queue, first, count);
  }

  void check(LaneId id, std::uint64_t ticket, std::vector<smtp::Question> questions,
             std::shared_ptr<OutcomeQueue> queue) {
    if (auto* const lane = find(id)) {
      return start_check(io_.context(), id, lane->connect_options(), ticket, std::move(questions), std::move(queue));
    }
    Job nobody;
    nobody.ticket = ticket;
    nobody.rcpt_to.emplace_back();
    QueuedJob asked(std::move(nobody), std::move(queue), nullptr);
    finish_untouched(asked, id, removed_failure());
  }

  void stop(std::chrono::milliseconds grace, const std::function<bool()>& go_on) {
    stop_lanes(false);
    wait_until_stopped(grace, go_on);
    stop_lanes(true);
    // Outcomes of what was dropped come with the handlers of its sockets, at once.
    wait_until_stopped(std::chrono::seconds(5), {});
  }

  net::IoThread& io() { return io_; }

 private:
  net::IoThread io_;  // first: its context outlives the timers of the lanes

  void stop_lanes(bool now) {
    ask([this, now] {
      for (auto& [id, lane] : lanes_) lane->stop(now);
    });
  }

  /// Called by the lane itself, which goes once it has returned.
  void lane_stopped(LaneId id) {
    if (!find(id)) boost::asio::post(io_.context(), [this, id] { lanes_.erase(id); });
    const std::lock_guard lock(mutex_);
    lane_stopped_.notify_all();
  }

  void wait_until_stopped(std::chrono::milliseconds most, const std::function<bool()>& go_on) {
    const auto end = std::chrono::steady_clock::now() + most;
    // The wait is bounded so that a notice between the question and the wait costs a moment, not the whole time.
    for (auto now = std::chrono::steady_clock::now(); now < end && !all_stopped() && (!go_on || go_on());
         now = std::chrono::steady_clock::now()) {
      std::unique_lock lock(mutex_);
      lane_stopped_.wait_for(lock,
                             std::min<std::chrono::steady_clock::duration>(end - now, std::chrono::milliseconds(20)));
    }
  }

  bool all_stopped() {
    return ask([this] {
      return std::all_of(lanes_.begin(), lanes_.end(), [](const auto& entry) { return entry.second->stopped(); });
    });
  }

  Workers workers_;
  std::map<LaneId, std::shared_ptr<Lane>> lanes_;  // the I/O thread's; those that are leaving too
  std::atomic<LaneId> last_id_{0};                 // no number is given twice
  std::mutex mutex_;
  std::condition_variable lane_stopped_;
};

Engine::Engine() : impl_(std::make_unique<Impl>()) {}
Engine::~Engine() = default;

LaneId Engine::add_lane(LaneOptions options) { return impl_->add(std::move(options)); }

bool Engine::remove_lane(LaneId lane, std::chrono::milliseconds grace) {
  impl_->must_know(lane);
  return impl_->ask([this, lane, grace] { return impl_->remove(lane, grace); });
}

void Engine::submit(LaneId lane, std::vector<Job> jobs, std::shared_ptr<OutcomeQueue> queue,
                    std::shared_ptr<Journal> journal) {
  impl_->must_know(lane);
  auto queued = std::make_shared<std::vector<QueuedJob>>();
  queued->reserve(jobs.size());
  for (auto& job : jobs) queued->emplace_back(std::move(job), queue, journal);
  boost::asio::post(impl_->io().context(), [this, lane, queued] { impl_->submit(lane, std::move(*queued)); });
}

LaneStatus Engine::status(LaneId lane) {
  impl_->must_know(lane);
  return impl_->ask([this, lane] {
    auto* const found = impl_->find(lane);
    if (found) return found->status();
    LaneStatus gone;
    gone.removed = true;
    return gone;
  });
}

bool Engine::remember_sent(LaneId lane, const std::vector<TimePoint>& at) {
  impl_->must_know(lane);
  return impl_->ask([this, lane, &at] {
    auto* const found = impl_->find(lane);
    if (found) found->remember_sent(at);
    return found != nullptr;
  });
}

void Engine::cancel(const std::shared_ptr<OutcomeQueue>& queue, std::optional<std::uint64_t> first,
                    std::uint64_t count) {
  impl_->ask([&] { impl_->cancel(queue.get(), first, count); });
}

void Engine::check(LaneId lane, std::uint64_t ticket, std::vector<smtp::Question> questions,
                   std::shared_ptr<OutcomeQueue> queue) {
  impl_->must_know(lane);
  impl_->ask([&] { impl_->check(lane, ticket, std::move(questions), std::move(queue)); });
}

bool Engine::resume(LaneId lane) {
  impl_->must_know(lane);
  return impl_->ask([this, lane] {
    auto* const found = impl_->find(lane);
    if (found) found->resume();
    return found != nullptr;
  });
}

bool Engine::set_access_token(LaneId lane, std::string token) {
  impl_->must_know(lane);
  return impl_->ask([this, lane, &token] {
    auto* const found = impl_->find(lane);
    if (found) found->set_access_token(std::move(token));
    return found != nullptr;
  });
}

void Engine::stop(std::chrono::milliseconds grace, const std::function<bool()>& go_on) { impl_->stop(grace, go_on); }

}  // namespace gatepost::engine
