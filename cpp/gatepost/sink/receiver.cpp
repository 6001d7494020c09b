#include "gatepost/sink/receiver.hpp"

#include <algorithm>
#include <charconv>
#include <random>
#include <utility>

#include "gatepost/core/ascii.hpp"

namespace gatepost::sink {

using codes::Phase;
using smtp::ServerEnvelope;
using smtp::ServerPeer;
using smtp::Verdict;

namespace {

constexpr std::size_t most_rules_told = 100;  // of a session

Situation situation_of(Phase phase, const ServerPeer& peer) {
  Situation situation{.phase = phase, .client = peer.address, .user = peer.user};
  situation.ehlo = peer.helo;
  situation.tls = peer.tls.has_value();
  situation.session_id = peer.session_id;
  return situation;
}

Situation situation_of(Phase phase, const ServerPeer& peer, const ServerEnvelope& envelope) {
  auto situation = situation_of(phase, peer);
  situation.from = envelope.mail_from;
  return situation;
}

/// What SIZE announces (RFC 1870), or 0.
std::uint64_t announced_size(const ServerEnvelope& envelope) {
  constexpr std::string_view name = "SIZE=";
  for (const std::string_view parameter : envelope.mail_params) {
    if (!equal_ignoring_case(parameter.substr(0, name.size()), name)) continue;
    std::uint64_t size = 0;
    std::from_chars(parameter.data() + name.size(), parameter.data() + parameter.size(), size);
    return size;
  }
  return 0;
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
  return verdict(peer, situation_of(Phase::connect, peer));
}

smtp::TlsVerdict Receiver::on_tls(const ServerPeer& peer) {
  const auto decision = decide(peer, situation_of(Phase::tls, peer));
  return decision ? parts_.certificates.verdict(decision->tls_fault) : smtp::TlsVerdict{};
}

Verdict Receiver::on_ehlo(const ServerPeer& peer, std::string_view name) {
  auto asked = situation_of(Phase::ehlo, peer);
  asked.ehlo = name;
  return verdict(peer, asked);
}

Verdict Receiver::on_auth(const ServerPeer& peer, const smtp::AuthAttempt& attempt) {
  auto asked = situation_of(Phase::auth, peer);
  asked.user = attempt.login;
  auto decided = verdict(peer, asked);
  // A rule that only delays leaves the decision to the password.
  if (decided.action != Verdict::Action::accept || !decided.reply.empty()) return decided;
  if (parts_.access.may_log_in(attempt)) return decided;
  decided.action = Verdict::Action::refuse;
  decided.reply = "535 5.7.8 Authentication credentials invalid";
  return decided;
}

Verdict Receiver::on_mail(const ServerPeer& peer, const ServerEnvelope& envelope) {
  auto& open = open_[peer.session_id];
  open.discarded.clear();
  open.bounces.clear();
  open.rules_before_letter = open.rules.size();
  auto asked = situation_of(Phase::mail, peer, envelope);
  asked.size = announced_size(envelope);
  return verdict(peer, asked);
}

Verdict Receiver::on_rcpt(const ServerPeer& peer, const ServerEnvelope& envelope,
                          const smtp::ServerRecipient& recipient) {
  const auto& address = recipient.address;
  auto asked = situation_of(Phase::rcpt, peer, envelope);
  asked.to = address;
  auto decision = decide(peer, asked);
  if (!decision) return {};
  if (decision->bounce) {
    open_[peer.session_id].bounces.push_back({{address, std::move(decision->bounce->reply)}, decision->bounce->after});
  }
  if (decision->verdict.action == Verdict::Action::discard) {
    open_[peer.session_id].discarded.emplace_back(address, std::move(decision->why));
    decision->verdict.action = Verdict::Action::accept;
  }
  return std::move(decision->verdict);
}

Verdict Receiver::on_data(const ServerPeer& peer, const ServerEnvelope& envelope) {
  auto asked = situation_of(Phase::data, peer, envelope);
  asked.recipients = &envelope.rcpt_to;
  return verdict(peer, asked);
}

Verdict Receiver::on_letter(const ServerPeer& peer, ServerEnvelope&& envelope, std::string&& data,
                            std::string_view transcript) {
  auto asked = situation_of(Phase::final_, peer, envelope);
  asked.recipients = &envelope.rcpt_to;
  asked.data = data;
  asked.size = data.size();
  auto decision = decide(peer, asked);
  Verdict verdict;
  std::string why;
  if (decision) {
    if (decision->bounce) {
      for (const auto& recipient : envelope.rcpt_to) {
        open_[peer.session_id].bounces.push_back({{recipient, decision->bounce->reply}, decision->bounce->after});
      }
    }
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
  auto asked = situation_of(Phase::final_, peer, envelope);
  asked.data = data;
  asked.size = data.size();
  const auto count = envelope.rcpt_to.size();
  std::vector<Verdict> verdicts(count);
  std::vector<std::size_t> refused;
  std::vector<DiscardedRecipient> discarded;
  for (std::size_t i = 0; i < count; ++i) {
    const std::vector<std::string> recipient{envelope.rcpt_to[i]};
    asked.recipients = &recipient;
    auto decision = decide(peer, asked);
    if (!decision) continue;
    if (decision->bounce) {
      open_[peer.session_id].bounces.push_back({{recipient[0], decision->bounce->reply}, decision->bounce->after});
    }
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
  auto& open = open_[peer.session_id];
  const auto first = std::min(open.rules_before_letter, open.rules.size());
  letter->rules.assign(open.rules.begin() + static_cast<std::ptrdiff_t>(first), open.rules.end());
  return {std::move(letter), std::exchange(open.discarded, {}), std::exchange(open.bounces, {})};
}

bool Receiver::keep(std::uint64_t session_id, Arrival arrival, const Verdict& if_accepted) {
  if (parts_.decisions != nullptr && arrival.letter->discarded.empty()) {
    parts_.decisions->add({session_id, std::move(arrival), if_accepted});
    return false;
  }
  const LetterPtr letter = arrival.letter;
  const auto bounces = std::move(arrival.bounces);
  add_to(parts_.inbox, std::move(arrival));
  letter_kept(session_id, letter, bounces);
  return true;
}

void Receiver::letter_kept(std::uint64_t session_id, const LetterPtr& letter, const std::vector<LateBounce>& bounces) {
  if (const auto found = open_.find(session_id); found != open_.end()) ++found->second.letters;
  if (!bounces.empty()) parts_.bounces.add(letter, bounces);
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
    record.rules = found->second.rules;
  }
  return record;
}

std::optional<RuleEngine::Decision> Receiver::decide(const ServerPeer& peer, const Situation& situation) {
  auto decision = parts_.rules.decide(situation);
  if (!decision) return decision;
  auto& told = open_[peer.session_id].rules;
  for (const auto& name : decision->rules) {
    if (told.size() < most_rules_told) told.push_back(std::string(codes::to_string(situation.phase)) + ": " + name);
  }
  return decision;
}

Verdict Receiver::verdict(const ServerPeer& peer, const Situation& situation) {
  auto decision = decide(peer, situation);
  return decision ? std::move(decision->verdict) : Verdict{};
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
