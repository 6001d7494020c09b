#include "gatepost/smtp/server/reply_queue.hpp"

#include <algorithm>
#include <utility>

#include "gatepost/smtp/server/reply_writer.hpp"

namespace gatepost::smtp::server {

void ReplyQueue::write(std::string_view text, bool refused, ReplyManner manner) {
  const auto from = staged_.size();
  append_reply(staged_, text, refused, enhanced_);
  if (manner.half) staged_.resize(from + (staged_.size() - from) / 2);
  staged_dribble_ = std::max(staged_dribble_, manner.dribble);
  if (!transcript_.is_kept()) return;
  for (auto rest = std::string_view(staged_).substr(from); !rest.empty();) {
    const auto end = rest.find("\r\n");
    transcript_.server(rest.substr(0, end));
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 2);
  }
}

void ReplyQueue::write_when_due(std::string_view text, bool refused, ReplyManner manner) {
  if (text.empty()) return;
  if (holding_) {
    held_.push_back({std::string(text), refused, manner});
  } else {
    write(text, refused, manner);
  }
}

bool ReplyQueue::is_dribbling() const {
  return (dribble_.count() > 0 && out_at_ < outbox_.size()) || (staged_dribble_.count() > 0 && !staged_.empty());
}

std::chrono::milliseconds ReplyQueue::delay() const {
  if (is_dribbling()) return dribble_;
  return holding_ ? delay_ : std::chrono::milliseconds{0};
}

void ReplyQueue::hold(std::chrono::milliseconds delay) {
  if (delay.count() <= 0 || holding_) return;
  holding_ = true;
  delay_ = delay;
}

void ReplyQueue::release() {
  if (is_dribbling()) {
    may_go_ = std::min(out_at_ + 1, outbox_.size());
    return;
  }
  holding_ = false;
  for (const auto& late : std::exchange(held_, {})) write(late.text, late.refused, late.manner);
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
  dribble_ = std::exchange(staged_dribble_, std::chrono::milliseconds{0});
  may_go_ = dribble_.count() > 0 ? std::min<std::size_t>(1, outbox_.size()) : outbox_.size();
}

}  // namespace gatepost::smtp::server
