#include <algorithm>
#include <utility>

#include "gatepost/smtp/client/queue_id.hpp"
#include "gatepost/smtp/client/session_impl.hpp"

namespace gatepost::smtp {

using codes::Phase;

namespace {
constexpr std::size_t max_output = 64 * 1024;
constexpr std::size_t chunk_bytes = 64 * 1024;
}  // namespace

void ClientSession::Impl::begin_body(Transaction& t) {
  t.body_begun = true;
  writing = &t;
  t.finals = options.lmtp ? t.alive : 1;
  if (t.chunked) return;
  encoder.emplace(t.data());
  log_note(&t, std::to_string(t.data().size()) + " bytes of letter");
  expect_finals(t);
}

/// LMTP answers the letter once for each recipient that it accepted, in their order (RFC 2033 §4.2).
void ClientSession::Impl::expect_finals(Transaction& t) {
  const auto from = taken + staged.size();
  if (!options.lmtp) return expected.push_back({Command::body, &t, 0, from});
  for (std::size_t i = 0; i < t.outcome.recipients.size(); ++i) {
    if (!t.outcome.recipients[i].failure) expected.push_back({Command::body, &t, i, from});
  }
}

bool ClientSession::Impl::write_body() {
  if (writing == nullptr) return false;
  if (writing->chunked) {
    if (!write_chunk(*writing)) return false;
  } else {
    if (outbox.size() < max_output) encoder->append_to(outbox, max_output - outbox.size());
    if (!encoder->done()) return false;
    encoder.reset();
  }
  std::exchange(writing, nullptr)->body_out = true;
  begin_next();
  return true;
}

// The last chunk makes the letter a letter, so it waits until all others were accepted; those ride together where the
// server takes pipelined commands.
bool ClientSession::Impl::write_chunk(Transaction& t) {
  const auto left = t.data().substr(t.chunk_at);
  const bool last = left.size() <= chunk_bytes;
  if (t.pending > 0 && (last || !pipelining())) return false;
  const auto chunk = left.substr(0, chunk_bytes);
  t.chunk_at += chunk.size();
  const auto line = "BDAT " + std::to_string(chunk.size()) + (last ? " LAST" : "");
  if (options.keep_transcript) {
    session_log.client(line);
    t.transcript.client(line);
  }
  staged.append(line).append("\r\n").append(chunk);
  if (last) {
    expect_finals(t);
  } else {
    expected.push_back({Command::chunk, &t, 0, taken + staged.size()});
    ++t.pending;
  }
  return last;
}

/// A refused chunk ends the letter: what is on its way already is still answered, nothing more is sent.
void ClientSession::Impl::on_chunk(Transaction& t) {
  const int code = reader.code();
  if (code >= 300 && code < 400) return protocol_error("not an answer to BDAT: " + heard().to_string());
  if (code >= 400 && t.alive > 0) {
    t.refuse_all(refusal(Phase::data));
    writing = nullptr;
  }
  expected.pop_front();
  if (--t.pending == 0 && t.alive == 0) finish(t, true);
}

void ClientSession::Impl::on_body(Transaction& t, std::size_t recipient) {
  const int code = reader.code();
  const bool refused = code >= 400;
  if (code >= 300 && !refused) return protocol_error("not an answer to a letter: " + heard().to_string());
  if (!t.body_out) {
    if (!refused) return protocol_error("the letter was accepted before it was sent: " + heard().to_string());
    t.outcome.final_reply = heard();
    t.refuse_all(refusal(Phase::data));
    t.done = true;
    return protocol_error("the server refused the letter in the middle of its data");
  }
  auto& outcome = t.outcome;
  outcome.final_reply = heard();
  if (refused) {
    auto why = refusal(Phase::final_);
    options.lmtp ? t.refuse(recipient, std::move(why)) : t.refuse_all(why);
  } else {
    if (outcome.queue_id.empty()) outcome.queue_id = find_queue_id(outcome.final_reply.text());
    if (options.lmtp) {
      t.accept(recipient);
      outcome.recipients[recipient].reply = outcome.final_reply;
      outcome.recipients[recipient].queue_id = find_queue_id(outcome.final_reply.text());
    } else {
      for (auto& each : outcome.recipients) each.accepted = !each.failure;
    }
  }
  expected.pop_front();
  if (--t.finals == 0) finish(t, t.chunked && t.alive == 0);
}

}  // namespace gatepost::smtp
