#include "gatepost/engine/pauses.hpp"

#include <algorithm>
#include <ctime>

namespace gatepost::engine {

using codes::Failure;

namespace {

constexpr std::chrono::minutes shortest{5};
constexpr std::chrono::hours longest{1};

std::chrono::seconds length(const Failure& why, std::uint32_t in_a_row) {
  if (why.retry == codes::RetryVerdict::later && why.retry_after_seconds > 0) {
    return std::chrono::seconds(why.retry_after_seconds);
  }
  return std::min<std::chrono::seconds>(shortest * (1 << std::min(in_a_row, 4U)), longest);
}

std::string in_words(TimePoint at) {
  const auto seconds = std::chrono::system_clock::to_time_t(at);
  std::tm parts{};
  char text[32];
  return {text, std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S UTC", ::gmtime_r(&seconds, &parts))};
}

}  // namespace

const Pause& Pauses::begin(Key sender, Failure why, TimePoint begun, TimePoint now) {
  if (const auto* there = find(sender, now); there && begun <= there->since) return *there;
  forget_old(now);
  auto& entry = entries_[sender];
  const auto until = now + length(why, entry.in_a_row++);
  entry.pause = {std::move(sender), std::move(why), now, until};
  return entry.pause;
}

const Pause* Pauses::find(const Key& key, TimePoint now) const {
  const auto found = entries_.find(key);
  return found != entries_.end() && now < found->second.pause.until ? &found->second.pause : nullptr;
}

const Pause* Pauses::of_account(TimePoint now) const { return find(std::nullopt, now); }

const Pause* Pauses::holding(const std::string& sender, TimePoint now) const {
  if (entries_.empty()) return nullptr;
  const auto* account = of_account(now);
  return account ? account : find(sender, now);
}

std::vector<Pause> Pauses::all(TimePoint now) const {
  std::vector<Pause> found;
  for (const auto& [key, entry] : entries_) {
    if (now < entry.pause.until) found.push_back(entry.pause);
  }
  return found;
}

void Pauses::logged_in() {
  const auto found = entries_.find(std::nullopt);
  if (found != entries_.end() && found->second.pause.why.phase == codes::Phase::auth) entries_.erase(found);
}

void Pauses::accepted(const std::string& sender) {
  if (entries_.empty()) return;
  entries_.erase(std::nullopt);
  entries_.erase(sender);
}

void Pauses::forget_old(TimePoint now) {
  std::erase_if(entries_, [&](const auto& one) { return now - one.second.pause.until > longest; });
}

Failure not_tried(const Pause& pause, TimePoint now) {
  auto failure = pause.why;
  if (failure.retry == codes::RetryVerdict::later) {
    const auto left = std::chrono::ceil<std::chrono::seconds>(pause.until - now);
    failure.retry_after_seconds = static_cast<int>(std::max<std::int64_t>(1, left.count()));
    failure.retry_after_named = true;
  }
  if (!failure.message.empty()) failure.message += ". ";
  failure.message += "Nothing was tried now: this was the answer at " + in_words(pause.since) + ", and " +
                     (pause.sender ? "letters from <" + *pause.sender + "> are" : std::string("the account is")) +
                     " paused until " + in_words(pause.until);
  return failure;
}

}  // namespace gatepost::engine
