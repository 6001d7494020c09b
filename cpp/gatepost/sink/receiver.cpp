#include "gatepost/sink/receiver.hpp"

#include <algorithm>
#include <iterator>
#include <random>

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

bool same_bytes(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  unsigned difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i) difference |= static_cast<unsigned char>(a[i] ^ b[i]);
  return difference == 0;
}

}  // namespace

Receiver::Receiver(RuleEngine& rules, Inbox& inbox, const Clock& clock, std::map<std::string, std::string> users)
    : rules_(rules),
      inbox_(inbox),
      clock_(clock),
      users_(std::make_move_iterator(users.begin()), std::make_move_iterator(users.end())),
      next_queue_number_(random_start()) {}

Verdict Receiver::on_connect(const ServerPeer& peer) {
  open_[peer.session_id].since = clock_.now();
  return verdict_or_default(rules_.decide(situation(Phase::connect, peer)));
}

Verdict Receiver::on_ehlo(const ServerPeer& peer, std::string_view) {
  return verdict_or_default(rules_.decide(situation(Phase::ehlo, peer)));
}

Verdict Receiver::on_auth(const ServerPeer& peer, const smtp::AuthAttempt& attempt) {
  auto asked = situation(Phase::auth, peer);
  asked.user = attempt.login;
  auto verdict = verdict_or_default(rules_.decide(asked));
  // A rule that only delays leaves the decision to the password.
  if (verdict.action != Verdict::Action::accept || !verdict.reply.empty()) return verdict;
  const std::lock_guard lock(users_mutex_);
  const auto user = users_.find(attempt.login);
  const bool welcome = users_.empty() || (user != users_.end() && same_bytes(user->second, attempt.password));
  if (welcome) return verdict;
  return {Verdict::Action::refuse, "535 5.7.8 Authentication credentials invalid", verdict.delay};
}

Verdict Receiver::on_mail(const ServerPeer& peer, const ServerEnvelope& envelope) {
  open_[peer.session_id].discarded.clear();
  auto asked = situation(Phase::mail, peer);
  asked.from = envelope.mail_from;
  return verdict_or_default(rules_.decide(asked));
}

Verdict Receiver::on_rcpt(const ServerPeer& peer, const ServerEnvelope& envelope,
                          const smtp::ServerRecipient& recipient) {
  const auto& address = recipient.address;
  auto asked = situation(Phase::rcpt, peer);
  asked.from = envelope.mail_from;
  asked.to = address;
  auto decision = rules_.decide(asked);
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
  return verdict_or_default(rules_.decide(asked));
}

Verdict Receiver::on_letter(const ServerPeer& peer, ServerEnvelope&& envelope, std::string&& data,
                            std::string_view transcript) {
  auto asked = situation(Phase::final_, peer);
  asked.from = envelope.mail_from;
  asked.recipients = &envelope.rcpt_to;
  asked.data = data;
  auto decision = rules_.decide(asked);
  Verdict verdict;
  std::string why;
  if (decision) {
    verdict = std::move(decision->verdict);
    const bool discard = verdict.action == Verdict::Action::discard;
    if (!discard && verdict.action != Verdict::Action::accept) return verdict;
    if (discard) why = std::move(decision->why);
    verdict.action = Verdict::Action::accept;
  }
  keep(peer, std::move(envelope), std::move(data), transcript, std::move(why));
  if (verdict.reply.empty()) verdict.reply = "250 2.0.0 Ok: queued as " + next_queue_id();
  return verdict;
}

void Receiver::keep(const ServerPeer& peer, ServerEnvelope&& envelope, std::string&& data, std::string_view transcript,
                    std::string why) {
  auto& session = open_[peer.session_id];
  ++session.letters;
  StoredLetter letter{
      0, std::move(data), std::move(envelope), peer, std::string(transcript), clock_.now(), std::move(why)};
  auto gone = std::exchange(session.discarded, {});
  if (gone.empty() || !letter.discarded.empty()) return inbox_.add(std::move(letter));

  const auto is_gone = [&](const std::string& address) {
    return std::any_of(gone.begin(), gone.end(), [&](const auto& entry) { return entry.first == address; });
  };
  std::string reasons;
  for (const auto& entry : gone) {
    if (reasons.find(entry.second) == std::string::npos) reasons += (reasons.empty() ? "" : ", ") + entry.second;
  }
  auto& all = letter.envelope.rcpt_to;
  const auto first_gone = std::stable_partition(all.begin(), all.end(), [&](const auto& a) { return !is_gone(a); });
  if (first_gone == all.begin()) {
    letter.discarded = std::move(reasons);
    return inbox_.add(std::move(letter));
  }
  auto other = letter;
  other.envelope.rcpt_to.assign(first_gone, all.end());
  other.discarded = std::move(reasons);
  all.erase(first_gone, all.end());
  inbox_.add(std::move(letter));
  inbox_.add(std::move(other));
}

void Receiver::on_closed(const ServerPeer& peer, std::string_view transcript, std::string_view reason,
                         const std::vector<std::string>& warnings) {
  auto record = open_session(peer);
  record.end = reason;
  record.warnings = warnings;
  record.closed = clock_.now();
  // Where the TLS handshake fails nobody has been greeted.
  if (record.opened == TimePoint{}) record.opened = record.closed;
  record.transcript = transcript;
  open_.erase(peer.session_id);
  inbox_.add_session(std::move(record));
}

void Receiver::add_user(std::string login, std::string password) {
  const std::lock_guard lock(users_mutex_);
  users_.insert_or_assign(std::move(login), std::move(password));
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

std::string Receiver::next_queue_id() {
  std::string id;
  for (auto number = next_queue_number_++; number > 0; number /= 36) {
    id.push_back("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[number % 36]);
  }
  std::reverse(id.begin(), id.end());
  return id;
}

}  // namespace gatepost::sink
