#pragma once
#include <atomic>
#include <cstddef>
#include <memory>
#include <optional>

#include "gatepost/engine/prepare.hpp"

namespace gatepost::engine {

/// A letter in the making: by a worker before its turn, or by its lane when the turn has come, whichever comes first.
class Preparation {
 public:
  using Made = Result<PreparedLetter, codes::Failure>;

  /// `waiting_bytes` counts the letters that are made and not taken yet, for as long as this lives.
  Preparation(LetterSource source, bool binary, std::shared_ptr<std::atomic<std::size_t>> waiting_bytes)
      : source_(std::move(source)), binary_(binary), waiting_bytes_(std::move(waiting_bytes)) {}
  ~Preparation();
  Preparation(const Preparation&) = delete;
  Preparation& operator=(const Preparation&) = delete;

  /// Makes it; false where another thread has begun to.
  bool make(Preparer& preparer, TimePoint now);
  bool made() const { return state_.load() == State::made; }
  /// Once, where it is made.
  Made take() { return *std::move(letter_); }

 private:
  enum class State { untouched, begun, made };

  std::atomic<State> state_{State::untouched};
  LetterSource source_;
  bool binary_;
  std::optional<Made> letter_;
  std::size_t size_ = 0;
  std::shared_ptr<std::atomic<std::size_t>> waiting_bytes_;
};

}  // namespace gatepost::engine
