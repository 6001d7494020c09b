#include <utility>

#include "gatepost/smtp/client/session_impl.hpp"

namespace gatepost::smtp {

void ClientSession::Impl::note_wait(const Expected& reply_to) {
  const auto waited =
      std::chrono::duration_cast<std::chrono::microseconds>(read_at - std::exchange(waiting_since, read_at));
  if (waited.count() <= 0) return;
  auto& session = facts.timings;
  LetterTimings of_none;
  auto& letter = reply_to.letter == nullptr ? of_none : reply_to.letter->outcome.timings;
  switch (reply_to.command) {
    case Command::greeting:
      session.greeting += waited;
      break;
    case Command::ehlo:
    case Command::helo:
    case Command::xclient:
      session.ehlo += waited;
      break;
    case Command::starttls:
      session.tls += waited;
      break;
    case Command::auth:
      session.auth += waited;
      break;
    case Command::mail:
      letter.mail += waited;
      break;
    case Command::rcpt:
      letter.rcpt += waited;
      break;
    case Command::data:
      letter.data += waited;
      break;
    case Command::body:
      letter.final += waited;
      break;
    case Command::chunk:
    case Command::lone_dot:
    case Command::rset:
    case Command::question:
    case Command::quit:
      break;
  }
}

}  // namespace gatepost::smtp
