#include "gatepost/engine/preparation.hpp"

namespace gatepost::engine {

Preparation::~Preparation() { *waiting_bytes_ -= size_; }

bool Preparation::make(Preparer& preparer, TimePoint now) {
  auto expected = State::untouched;
  if (!state_.compare_exchange_strong(expected, State::begun)) return false;
  letter_.emplace(preparer.prepare(source_, binary_, now));
  if (*letter_) {
    size_ = (*letter_)->data->size();
    *waiting_bytes_ += size_;
  }
  state_ = State::made;
  return true;
}

}  // namespace gatepost::engine
