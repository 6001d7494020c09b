#include "gatepost/sink/inbox.hpp"

#include <algorithm>

namespace gatepost::sink {

namespace {

constexpr std::size_t max_sessions_kept = 1000;
constexpr std::chrono::milliseconds slice{100};

std::size_t weight(const StoredLetter& letter) {
  std::size_t bytes = sizeof(StoredLetter) + letter.raw.size() + letter.transcript.size() + letter.discarded.size();
  for (const auto& address : letter.envelope.rcpt_to) bytes += sizeof(std::string) + address.size();
  for (const auto& params : letter.envelope.rcpt_params) {
    bytes += sizeof(std::vector<std::string>);
    for (const auto& param : params) bytes += sizeof(std::string) + param.size();
  }
  return bytes;
}

}  // namespace

void Inbox::add(std::shared_ptr<StoredLetter> kept) {
  bool wake = false;
  {
    const std::lock_guard lock(mutex_);
    kept->id = ++received_;
    bytes_ += weight(*kept);
    wake = kept->id >= wake_at_;
    if (wake) wake_at_ = UINT64_MAX;
    auto& box = kept->discarded.empty() ? letters_ : discarded_;
    box.push_back(std::move(kept));
    if (bytes_ > max_bytes_) evict();
  }
  if (wake) changed_.notify_all();
}

void Inbox::evict() {
  while (bytes_ > max_bytes_ && letters_.size() + discarded_.size() > 0) {
    const bool from_letters =
        !letters_.empty() && (discarded_.empty() || letters_.front()->id < discarded_.front()->id);
    auto& box = from_letters ? letters_ : discarded_;
    bytes_ -= weight(*box.front());
    box.pop_front();
    ++evicted_;
  }
}

void Inbox::add_session(SessionRecord session) {
  const std::lock_guard lock(mutex_);
  sessions_.push_back(std::move(session));
  if (sessions_.size() > max_sessions_kept) sessions_.pop_front();
}

std::vector<LetterPtr> Inbox::later_than(std::uint64_t id) const {
  const auto first = std::upper_bound(letters_.begin(), letters_.end(), id,
                                      [](std::uint64_t last, const LetterPtr& letter) { return last < letter->id; });
  return {first, letters_.end()};
}

std::vector<LetterPtr> Inbox::select(const Filter& filter, std::uint64_t after) const {
  std::vector<LetterPtr> found;
  {
    const std::lock_guard lock(mutex_);
    found = later_than(after);
  }
  if (filter) std::erase_if(found, [&](const LetterPtr& letter) { return !filter(*letter); });
  return found;
}

std::vector<LetterPtr> Inbox::discarded() const {
  const std::lock_guard lock(mutex_);
  return {discarded_.begin(), discarded_.end()};
}

std::vector<SessionRecord> Inbox::sessions() const {
  const std::lock_guard lock(mutex_);
  return {sessions_.begin(), sessions_.end()};
}

std::vector<LetterPtr> Inbox::wait(std::size_t count, const Filter& filter, std::chrono::milliseconds timeout,
                                   const std::function<bool()>& go_on) const {
  const auto end = std::chrono::steady_clock::now() + timeout;
  std::vector<LetterPtr> found;
  std::uint64_t seen = 0;
  std::unique_lock lock(mutex_);
  while (true) {
    // The filter may decode subjects: it must not hold up those who receive.
    const auto fresh = later_than(seen);
    seen = received_;
    const auto cleared = cleared_;
    lock.unlock();
    std::erase_if(found, [&](const LetterPtr& letter) { return letter->id <= cleared; });
    for (const auto& letter : fresh) {
      if (!filter || filter(*letter)) found.push_back(letter);
    }
    const auto now = std::chrono::steady_clock::now();
    if (found.size() >= count || now >= end || (go_on && !go_on())) return found;
    lock.lock();
    // Each letter that is missing is one id more, so nothing can be complete before this one.
    const auto complete_at = seen + (count - found.size());
    if (received_ < complete_at) {
      wake_at_ = std::min(wake_at_, complete_at);
      changed_.wait_until(lock, std::min(end, now + slice));
    }
  }
}

void Inbox::clear() {
  const std::lock_guard lock(mutex_);
  letters_.clear();
  discarded_.clear();
  sessions_.clear();
  bytes_ = 0;
  cleared_ = received_;
}

std::uint64_t Inbox::received() const {
  const std::lock_guard lock(mutex_);
  return received_;
}

std::uint64_t Inbox::evicted() const {
  const std::lock_guard lock(mutex_);
  return evicted_;
}

}  // namespace gatepost::sink
