#pragma once
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <shared_mutex>
#include <vector>

namespace gatepost {

/// Threads that take work.
class Crew {
 public:
  virtual std::size_t count() const = 0;  ///< threads that run now
  virtual void post(std::function<void()> work) = 0;

 protected:
  ~Crew() = default;
};

/// Has all threads of the library stand still where they hold no lock, neither ours nor one of OpenSSL or GMime: while
/// the process is copied by fork, because nobody would ever let go of a copied lock, and when it ends, because what
/// libraries keep is destroyed then. Safe from any thread.
class Standstill {
 public:
  /// The one of this process.
  static Standstill& process();

  void add(Crew& crew);
  void remove(Crew& crew);  ///< it is not asked any more once this returns; waits where all stand still

  /// Held by threads of the caller while libraries work for them.
  class Work {
   public:
    Work() : lock_(process().working_) {}

   private:
    std::shared_lock<std::shared_timed_mutex> lock_;
  };

  /// Before fork: waits until all stand, no longer than `patience` in all.
  void begin(std::chrono::milliseconds patience);
  void end();  ///< behind fork in the parent, by the thread that began
  /// Behind fork in the child: none of the threads is there, all begins anew.
  static void in_child();
  /// When the process ends: whoever stands never moves again.
  void for_ever(std::chrono::milliseconds patience) { begin(patience); }

 private:
  void stand(std::uint64_t turn);

  std::mutex crews_mutex_;  // held from begin() to end()
  std::vector<Crew*> crews_;
  std::shared_timed_mutex working_;
  bool working_locked_ = false;
  std::mutex mutex_;  // of what follows
  std::condition_variable arrived_;
  std::condition_variable released_;
  std::uint64_t turn_ = 0;
  std::size_t standing_ = 0;
};

}  // namespace gatepost
