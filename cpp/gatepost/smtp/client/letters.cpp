#include <utility>

#include "gatepost/smtp/client/session_impl.hpp"

namespace gatepost::smtp {

namespace {
constexpr std::size_t letter_log_bytes = 16 * 1024;
}

bool ClientSession::Impl::wants_letter() const {
  if (stage != Stage::ready || quitting || spent() || resetting || asking()) return false;
  const Transaction* active = nullptr;
  for (const auto& t : letters) {
    if (t.done) continue;
    if (active != nullptr || !t.begun) return false;
    active = &t;
  }
  if (active != nullptr) return one_round_trip() && active->body_begun && !active->chunked;
  return pipelining() || expected.empty();
}

void ClientSession::Impl::submit(ClientLetter letter) {
  if (options.lmtp) letter.all_or_nothing = false;
  auto& t = letters.emplace_back(std::move(letter), options.keep_transcript ? letter_log_bytes : 0);
  if (stage == Stage::closed) {
    t.return_untouched(
        failure ? *failure : codes::local_failure(codes::Category::connection_lost, last_phase, "the session is over"));
  } else if (stage == Stage::ready) {
    check(t);
  }
  flush_done();
  begin_next();
}

void ClientSession::Impl::begin_next() {
  if (stage != Stage::ready || quit_sent || writing != nullptr || asking()) return;
  if (!pipelining() && !expected.empty()) return;
  bool busy = false;
  for (auto& t : letters) {
    if (t.done) continue;
    if (!t.begun) {
      if (spent()) break;
      // A server that refuses RSET may put the recipients it kept to the next MAIL's.
      if (resetting) return;
      return begin(t);
    }
    // Behind BDAT nothing rides: a refused last chunk asks for RSET before all else (RFC 3030 §2).
    if (busy || !one_round_trip() || !t.body_out || t.chunked) return;
    busy = true;
  }
  if ((quitting || spent()) && !busy) {
    quit_sent = true;
    command("QUIT", Command::quit);
  }
}

/// `t` is gone when this returns.
void ClientSession::Impl::finish(Transaction& t, bool reset) {
  t.done = true;
  if (reset) {
    resetting = true;
    command("RSET", Command::rset);
  }
  flush_done();
  begin_next();
}

void ClientSession::Impl::on_rset() {
  const int code = reader.code();
  if (code >= 300 && code < 400) return protocol_error("not an answer to RSET: " + heard().to_string());
  resetting = false;
  if (code >= 400) {
    retired = true;
    log_note(nullptr, "RSET was refused, the last letter's recipients may still stand: no further letter goes here");
  }
  expected.pop_front();
  begin_next();
}

void ClientSession::Impl::flush_done() {
  while (!letters.empty() && letters.front().done) {
    auto& t = letters.front();
    if (options.keep_transcript) {
      t.outcome.transcript = (handshake_log.empty() ? session_log.text() : handshake_log) + t.transcript.text();
    }
    t.outcome.session = shared_facts;
    outcomes.push_back(std::move(t.outcome));
    letters.pop_front();
  }
}

}  // namespace gatepost::smtp
