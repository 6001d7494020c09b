#include "gatepost/smtp/server/reply_queue.hpp"

#include <algorithm>
#include <utility>

#include "gatepost/smtp/server/reply_writer.hpp"

namespace gatepost::smtp::server {

void ReplyQueue::write(std::string_view text, bool refused) {
  const auto from = staged_.size();
  append_reply(staged_, text, refused, enhanced_);
  if (!transcript_.is_kept()) return;
  for (auto rest = std::string_view(staged_).substr(from); !rest.empty();) {
    const auto end = rest.find("\r\n");
    transcript_.server(rest.substr(0, end));
    rest.remove_prefix(end + 2);
  }
}

void ReplyQueue::write_when_due(std::string_view text, bool refused) {
  if (text.empty()) return;
  if (holding_) {
    held_.push_back({std::string(text), refused});
  } else {
    write(text, refused);
  }
}

void ReplyQueue::hold(std::chrono::milliseconds delay) {
  if (delay.count() <= 0 || holding_) return;
  holding_ = true;
  delay_ = delay;
}

void ReplyQueue::release() {
  holding_ = false;
  for (const auto& late : std::exchange(held_, {})) write(late.text, late.refused);
}

void ReplyQueue::drop() {
  holding_ = false;
  held_.clear();
}

void ReplyQueue::consume(std::size_t bytes) {
  out_at_ = std::min(out_at_ + bytes, outbox_.size());
  publish();
}

void ReplyQueue::publish() {
  if (out_at_ != outbox_.size()) return;
  outbox_.clear();
  out_at_ = 0;
  outbox_.swap(staged_);
}

}  // namespace gatepost::smtp::server
