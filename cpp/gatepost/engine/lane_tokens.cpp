// A lane's tokens: what its account's limiter lets it send.
#include <utility>

#include "gatepost/engine/lane.hpp"

namespace gatepost::engine {

using std::chrono::steady_clock;

bool Lane::has_token() {
  if (token_) return true;
  held_until_.reset();
  auto taken = limiter_->take(static_cast<std::uint32_t>(queue_.size()), &waiter_);
  if (taken) {
    token_.emplace(*std::move(taken));
  } else if (const auto wait = taken.error().again ? taken.error().again : taken.error().wait) {
    held_until_ = steady_clock::now() + *wait;
  }
  return token_.has_value();
}

void Lane::let_go_of_token() {
  if (token_) token_->give_back();
  token_.reset();
  held_until_.reset();
  limiter_->leave(waiter_);
}

void Lane::want_no_tokens() {
  let_go_of_token();
  limiter_->return_reserved();
}

std::optional<std::uint32_t> Lane::letters_left() {
  auto left = limiter_->left();
  if (left && token_) ++*left;
  return left;
}

void Lane::stop_limiting() {
  limiter_->return_reserved();
  limiter_ = std::make_shared<AccountLimiter>();
}

}  // namespace gatepost::engine
