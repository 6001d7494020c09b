#include "gatepost/sink/receiver.hpp"

#include <algorithm>
#include <random>
#include <utility>

namespace gatepost::sink {

using codes::Phase;
using smtp::ServerEnvelope;
using smtp::ServerPeer;
using smtp::Verdict;

namespace {

RuleEngine::Situation situation(Phase phase, const ServerPeer& peer) {
  return {phase, peer.address, peer.user, {}, {}, nullptr, {}};
}

Verdict verdict_or_default(std::optional<RuleEngine::Decision> decision) {
  return decision ? std::move(decision->verdict) : Verdict{};
}

/// So that two sinks of one test run do not give the same ids.
std::uint64_t random_start() {
  constexpr std::uint64_t ten_base36_digits = 3'656'158'440'062'976;
  std::random_device random;
  const auto number = (std::uint64_t{random()} << 32U) | random();
  return ten_base36_digits / 36 + number % (ten_base36_digits / 2);
}

}  // namespace

Receiver::Receiver(Parts parts) : parts_(std::move(parts)), next_queue_number_(random_start()) {}

Verdict Receiver::on_connect(const ServerPeer& peer) {
  open_[peer.session_id].since = parts_.clock.now();
  if (!parts_.access.may_connect(peer.address)) return {Verdict::Action::refuse, "554 5.7.1 Access denied", {}};
  return verdict_or_default(parts_.rules.decide(situation(Phase::connect, peer)));
}

Verdict Receiver::on_ehlo(const ServerPeer& peer, std::string_view) {
  return verdict_or_default(parts_.rules.decide(situation(Phase::ehlo, peer)));
}

Verdict Receiver::on_auth(const ServerPeer& peer, const smtp::AuthAttempt& attempt) {
  auto asked = situation(Phase::auth, peer);
  asked.user = attempt.login;
  auto verdict = verdict_or_default(parts_.rules.decide(asked));
  // A rule that only delays leaves the decision to the password.
  if (verdict.action != Verdict::Action::accept || !verdict.reply.empty()) return verdict;
  if (parts_.access.may_log_in(attempt)) return verdict;
  return {Verdict::Action::refuse, "535 5.7.8 Authentication credentials invalid", verdict.delay};
}

Verdict Receiver::on_mail(const ServerPeer& peer, const ServerEnvelope& envelope) {
  open_[peer.session_id].discarded.clear();
  auto asked = situation(Phase::mail, peer);
  asked.from = envelope.mail_from;
  return verdict_or_default(parts_.rules.decide(asked));
}

Verdict Receiver::on_rcpt(const ServerPeer& peer, const ServerEnvelope& envelope,
                          const smtp::ServerRecipient& recipient) {
  const auto& address = recipient.address;
  auto asked = situation(Phase::rcpt, peer);
  asked.from = envelope.mail_from;
  asked.to = address;
  auto decision = parts_.rules.decide(asked);
  if (decision && decision->verdict.action == Verdict::Action::discard) {
    open_[peer.session_id].discarded.emplace_back(address, std::move(decision->why));
    decision->verdict.action = Verdict::Action::accept;
  }
  return verdict_or_default(std::move(decision));
}

Verdict Receiver::on_data(const ServerPeer& peer, const ServerEnvelope& envelope) {
  auto asked = situation(Phase::data, peer);
  asked.from = envelope.mail_from;
  asked.recipients = &envelope.rcpt_to;
  return verdict_or_default(parts_.rules.decide(asked));
}

Verdict Receiver::on_letter(const ServerPeer& peer, ServerEnvelope&& envelope, std::string&& data,
                            std::string_view transcript) {
  auto asked = situation(Phase::final_, peer);
  asked.from = envelope.mail_from;
  asked.recipients = &envelope.rcpt_to;
  asked.data = data;
  auto decision = parts_.rules.decide(asked);
  Verdict verdict;
  std::string why;
  if (decision) {
    verdict = std::move(decision->verdict);
    const bool discard = verdict.action == Verdict::Action::discard;
    if (!discard && verdict.action != Verdict::Action::accept) return verdict;
    if (discard) why = std::move(decision->why);
    verdict.action = Verdict::Action::accept;
  }
  if (verdict.reply.empty()) verdict.reply = queued_reply();
  auto arrived = arrival(peer, std::move(envelope), std::move(data), transcript);
  arrived.letter->discarded = std::move(why);
  if (!keep(peer.session_id, std::move(arrived), verdict)) verdict = {Verdict::Action::later, {}, {}};
  return verdict;
}

std::vector<Verdict> Receiver::on_lmtp_letter(const ServerPeer& peer, ServerEnvelope&& envelope, std::string&& data,
                                              std::string_view transcript) {
  auto asked = situation(Phase::final_, peer);
  asked.from = envelope.mail_from;
  asked.data = data;
  const auto count = envelope.rcpt_to.size();
  std::vector<Verdict> verdicts(count);
  std::vector<std::size_t> refused;
  std::vector<DiscardedRecipient> discarded;
  for (std::size_t i = 0; i < count; ++i) {
    const std::vector<std::string> recipient{envelope.rcpt_to[i]};
    asked.recipients = &recipient;
    auto decision = parts_.rules.decide(asked);
    if (!decision) continue;
    verdicts[i] = std::move(decision->verdict);
    if (verdicts[i].action == Verdict::Action::discard) {
      discarded.emplace_back(recipient[0], std::move(decision->why));
      verdicts[i].action = Verdict::Action::accept;
    }
    if (verdicts[i].action != Verdict::Action::accept) refused.push_back(i);
  }
  if (refused.size() == count) return verdicts;

  drop_recipients(envelope, refused);
  auto arrived = arrival(peer, std::move(envelope), std::move(data), transcript);
  arrived.gone.insert(arrived.gone.end(), discarded.begin(), discarded.end());
  const Verdict ordinary{Verdict::Action::accept, queued_reply(), {}};
  const bool kept = keep(peer.session_id, std::move(arrived), ordinary);
  for (auto& verdict : verdicts) {
    if (verdict.action != Verdict::Action::accept) continue;
    if (!kept) verdict.action = Verdict::Action::later;
    if (verdict.reply.empty()) verdict.reply = ordinary.reply;
  }
  return verdicts;
}

Verdict Receiver::on_etrn(const ServerPeer& peer, std::string_view node) {
  const auto known = parts_.etrn_replies.find(node);
  if (known == parts_.etrn_replies.end()) return ServerHandler::on_etrn(peer, node);
  const bool good = known->second.starts_with('2');
  return {good ? Verdict::Action::accept : Verdict::Action::refuse, known->second, {}};
}

Arrival Receiver::arrival(const ServerPeer& peer, ServerEnvelope&& envelope, std::string&& data,
                          std::string_view transcript) {
  auto letter = std::make_shared<StoredLetter>();
  letter->raw = std::move(data);
  letter->envelope = std::move(envelope);
  letter->peer = peer;
  letter->transcript = transcript;
  letter->received = parts_.clock.now();
  return {std::move(letter), std::exchange(open_[peer.session_id].discarded, {})};
}

bool Receiver::keep(std::uint64_t session_id, Arrival arrival, const Verdict& if_accepted) {
  if (parts_.decisions != nullptr && arrival.letter->discarded.empty()) {
    parts_.decisions->add({session_id, std::move(arrival), if_accepted});
    return false;
  }
  letter_kept(session_id);
  add_to(parts_.inbox, std::move(arrival));
  return true;
}

void Receiver::letter_kept(std::uint64_t session_id) {
  if (const auto found = open_.find(session_id); found != open_.end()) ++found->second.letters;
}

void Receiver::on_closed(const ServerPeer& peer, std::string_view transcript, std::string_view reason,
                         const std::vector<std::string>& warnings) {
  auto record = open_session(peer);
  record.end = reason;
  record.warnings = warnings;
  record.closed = parts_.clock.now();
  // Where the TLS handshake fails nobody has been greeted.
  if (record.opened == TimePoint{}) record.opened = record.closed;
  record.transcript = transcript;
  open_.erase(peer.session_id);
  parts_.inbox.add_session(std::move(record));
}

SessionRecord Receiver::open_session(const ServerPeer& peer) const {
  SessionRecord record;
  record.peer = peer;
  if (const auto found = open_.find(peer.session_id); found != open_.end()) {
    record.opened = found->second.since;
    record.letters = found->second.letters;
  }
  return record;
}

std::string Receiver::queued_reply() {
  std::string id;
  for (auto number = next_queue_number_++; number > 0; number /= 36) {
    id.push_back("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[number % 36]);
  }
  std::reverse(id.begin(), id.end());
  return "250 2.0.0 Ok: queued as " + id;
}

}  // namespace gatepost::sink
