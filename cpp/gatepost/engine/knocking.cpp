#include "gatepost/engine/knocking.hpp"

#include <algorithm>

namespace gatepost::engine {

using codes::Category;
using codes::Phase;
using std::chrono::milliseconds;

namespace {

constexpr std::chrono::minutes recently{1};
constexpr std::chrono::seconds for_a_place{10};
constexpr std::chrono::seconds for_a_listener{2};
constexpr milliseconds first_wait{250};

bool nobody_listens(const codes::Failure& why) { return why.phase == Phase::dns || why.phase == Phase::connect; }

bool met_by_a_letter(const codes::Failure& why) {
  return why.phase == Phase::mail || why.phase == Phase::rcpt || why.phase == Phase::data;
}

}  // namespace

milliseconds Knocking::time_for(const codes::Failure& why, Instant now) const {
  const bool full = why.category == Category::too_many_connections;
  if (why.timed_out || (why.permanent() && !full)) return milliseconds(0);
  if (served_ && now - *served_ <= recently) {
    return nobody_listens(why) ? milliseconds(for_a_listener) : milliseconds(recently);
  }
  return full ? milliseconds(for_a_place) : milliseconds(0);
}

std::optional<Knocking::Instant> Knocking::again(const codes::Failure& why, Instant now) {
  const auto time = std::min(time_for(why, refused_.value_or(now)), patience_);
  if (!refused_) {
    refused_ = now;
    wait_ = first_wait;
    if (time.count() == 0 && met_by_a_letter(why) && !why.timed_out) return next_ = now;
  }
  const auto end = *refused_ + time;
  if (now >= end) {
    refused_.reset();
    next_ = {};
    return std::nullopt;
  }
  next_ = std::min(now + wait_, end);
  wait_ *= 2;
  return next_;
}

void Knocking::served(Instant now) {
  served_ = now;
  refused_.reset();
  next_ = {};
}

}  // namespace gatepost::engine
