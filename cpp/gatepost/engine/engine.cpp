#include "gatepost/engine/engine.hpp"

#include <atomic>
#include <boost/asio/post.hpp>
#include <condition_variable>
#include <future>
#include <map>
#include <mutex>
#include <stdexcept>

#include "gatepost/engine/check.hpp"
#include "gatepost/engine/lane.hpp"
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
    stop(std::chrono::milliseconds(0));
    ask([this] {
      for (auto& lane : lanes_) lane->release();
    });
    io_.stop();
  }

  LaneId add(LaneOptions options) {
    return ask([this, &options] {
      const auto id = static_cast<LaneId>(lanes_.size() + 1);
      auto on_stopped = [this] {
        const std::lock_guard lock(mutex_);
        lane_stopped_.notify_all();
      };
      lanes_.push_back(std::make_unique<Lane>(io_.context(), workers_, id, std::move(options), std::move(on_stopped)));
      lane_count_ = id;
      return id;
    });
  }

  /// An unknown lane is the caller's error, here and now.
  void must_know(LaneId id) const {
    if (id == 0 || id > lane_count_) throw std::out_of_range("no lane " + std::to_string(id));
  }
  Lane& lane(LaneId id) { return *lanes_[id - 1]; }

  void cancel(const OutcomeQueue* queue, std::optional<std::uint64_t> first, std::uint64_t count) {
    for (auto& lane : lanes_) lane->cancel(queue, first, count);
  }

  void stop(std::chrono::milliseconds grace) {
    stop_lanes(false);
    wait_until_stopped(grace);
    stop_lanes(true);
    // Outcomes of what was dropped come with the handlers of its sockets, at once.
    wait_until_stopped(std::chrono::seconds(5));
  }

  net::IoThread& io() { return io_; }

 private:
  net::IoThread io_;  // first: its context outlives the timers of the lanes

  void stop_lanes(bool now) {
    ask([this, now] {
      for (auto& lane : lanes_) lane->stop(now);
    });
  }

  void wait_until_stopped(std::chrono::milliseconds most) {
    const auto end = std::chrono::steady_clock::now() + most;
    // The wait is bounded so that a notice between the question and the wait costs a moment, not the whole time.
    for (auto now = std::chrono::steady_clock::now(); now < end && !all_stopped();
         now = std::chrono::steady_clock::now()) {
      std::unique_lock lock(mutex_);
      lane_stopped_.wait_for(lock,
                             std::min<std::chrono::steady_clock::duration>(end - now, std::chrono::milliseconds(20)));
    }
  }

  bool all_stopped() {
    return ask(
        [this] { return std::all_of(lanes_.begin(), lanes_.end(), [](const auto& lane) { return lane->stopped(); }); });
  }

  Workers workers_;
  std::vector<std::unique_ptr<Lane>> lanes_;  // the I/O thread's; never shorter than lane_count_
  std::atomic<LaneId> lane_count_{0};
  std::mutex mutex_;
  std::condition_variable lane_stopped_;
};

Engine::Engine() : impl_(std::make_unique<Impl>()) {}
Engine::~Engine() = default;

LaneId Engine::add_lane(LaneOptions options) { return impl_->add(std::move(options)); }

void Engine::submit(LaneId lane, std::vector<Job> jobs, std::shared_ptr<OutcomeQueue> queue,
                    std::shared_ptr<Journal> journal) {
  impl_->must_know(lane);
  auto queued = std::make_shared<std::vector<QueuedJob>>();
  queued->reserve(jobs.size());
  for (auto& job : jobs) queued->push_back({std::move(job), queue, journal});
  boost::asio::post(impl_->io().context(), [this, lane, queued] { impl_->lane(lane).submit(std::move(*queued)); });
}

LaneStatus Engine::status(LaneId lane) {
  impl_->must_know(lane);
  return impl_->ask([this, lane] { return impl_->lane(lane).status(); });
}

void Engine::remember_sent(LaneId lane, const std::vector<TimePoint>& at) {
  impl_->must_know(lane);
  impl_->ask([this, lane, &at] { impl_->lane(lane).remember_sent(at); });
}

void Engine::cancel(const std::shared_ptr<OutcomeQueue>& queue, std::optional<std::uint64_t> first,
                    std::uint64_t count) {
  impl_->ask([&] { impl_->cancel(queue.get(), first, count); });
}

void Engine::check(LaneId lane, std::uint64_t ticket, std::vector<smtp::Question> questions,
                   std::shared_ptr<OutcomeQueue> queue) {
  impl_->must_know(lane);
  impl_->ask([this, lane, ticket, &questions, &queue] {
    start_check(impl_->io().context(), lane, impl_->lane(lane).connect_options(), ticket, std::move(questions),
                std::move(queue));
  });
}

void Engine::set_access_token(LaneId lane, std::string token) {
  impl_->must_know(lane);
  impl_->ask([this, lane, &token] { impl_->lane(lane).set_access_token(std::move(token)); });
}

void Engine::stop(std::chrono::milliseconds grace) { impl_->stop(grace); }

}  // namespace gatepost::engine
