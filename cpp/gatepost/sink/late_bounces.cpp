#include "gatepost/sink/late_bounces.hpp"

#include <utility>

namespace gatepost::sink {

void LateBounces::add(const LetterPtr& letter, const std::vector<LateBounce>& bounces) {
  std::map<std::chrono::seconds, std::vector<Undelivered>> together;
  for (const auto& [undelivered, after] : bounces) {
    if (wants_bounce(*letter, undelivered.recipient)) together[after].push_back(undelivered);
  }
  for (auto& [after, undelivered] : together) {
    if (due_.size() >= most_) due_.erase(due_.begin());
    due_.emplace(letter->received + after, Due{letter, std::move(undelivered)});
  }
  look();
}

void LateBounces::look() {
  while (!due_.empty() && due_.begin()->first <= clock_.now()) {
    const auto [at, due] = std::move(*due_.begin());
    due_.erase(due_.begin());
    auto bounce = std::make_shared<StoredLetter>();
    bounce->raw = bounce_letter(*due.letter, due.undelivered, host_, at);
    bounce->envelope.rcpt_to = {due.letter->envelope.mail_from};
    bounce->envelope.smtp_utf8 = due.letter->envelope.smtp_utf8;
    bounce->peer.helo = host_;
    bounce->received = at;
    bounce->bounce_of = due.letter->id;
    inbox_.add(std::move(bounce));
  }
  arm();
}

void LateBounces::arm() {
  timer_.cancel();
  if (due_.empty()) return;
  timer_.expires_after(std::chrono::ceil<std::chrono::milliseconds>(due_.begin()->first - clock_.now()));
  timer_.async_wait([this](const boost::system::error_code& stopped) {
    if (!stopped) look();
  });
}

}  // namespace gatepost::sink
