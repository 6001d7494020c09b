#include "gatepost/smtp/client/wire.hpp"

#include <algorithm>
#include <utility>

#include "gatepost/smtp/client/operation.hpp"

namespace gatepost::smtp {

using codes::Phase;

void Wire::consume(std::size_t bytes) { out_at_ = std::min(out_at_ + bytes, outbox_.size()); }

bool Wire::pull_body() {
  if (writer_ == nullptr || !writer_->write()) return false;
  writer_ = nullptr;
  return true;
}

bool Wire::hand_out() {
  outbox_.clear();
  out_at_ = 0;
  taken_ += staged_.size();
  outbox_.swap(staged_);
  return !outbox_.empty();
}

// A reply to the whole letter while that is still being written speaks of its data.
Phase Wire::phase() const {
  if (expected_.empty()) return writer_ == nullptr ? Phase::mail : Phase::data;
  return expected_.front().from == writer_ ? Phase::data : expected_.front().phase;
}

std::chrono::microseconds Wire::begin_wait(Instant now) {
  return std::chrono::duration_cast<std::chrono::microseconds>(now - std::exchange(waiting_since_, now));
}

void Wire::note_wait(Instant now) {
  const auto waited = begin_wait(now);
  if (waited.count() > 0 && front().waited != nullptr) *front().waited += waited;
}

void Wire::drop() {
  expected_.clear();
  staged_.clear();
  out_at_ = outbox_.size();
  writer_ = nullptr;
}

}  // namespace gatepost::smtp
