#include "gatepost/smtp/server/operations/letter_end.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "gatepost/crypto/random.hpp"
#include "gatepost/smtp/server/reply_texts.hpp"
#include "gatepost/smtp/server/verdict_reply.hpp"

namespace gatepost::smtp::server {

void LetterEnd::end(std::string_view refusal) {
  context_.counters.idle_commands = 0;
  note(refusal);
  if (refusal.empty()) {
    deliver();
  } else {
    const auto count = context_.options.lmtp ? transaction_.recipients : 1;
    for (std::size_t i = 0; i < count; ++i) context_.refuse(refusal);
  }
  transaction_.reset();
}

void LetterEnd::note(std::string_view refusal) {
  if (!context_.transcript.is_kept()) return;
  if (refusal == too_large_reply) return context_.transcript.note("a letter over the limit, thrown away");
  context_.transcript.note(std::to_string(transaction_.letter.size()) + " bytes of letter");
}

void LetterEnd::deliver() {
  const bool wanted = !transaction_.envelope.rcpt_to.empty();
  const auto transcript = context_.transcript.is_kept() && wanted ? context_.transcript.of_letter() : std::string();
  if (context_.options.lmtp) return answer(ask_for_each(wanted, transcript));
  Verdict verdict;
  if (wanted) {
    verdict = context_.handler.on_letter(context_.peer, std::move(transaction_.envelope),
                                         std::move(transaction_.letter), transcript);
  }
  answer({&verdict, 1});
}

std::vector<Verdict> LetterEnd::ask_for_each(bool wanted, std::string_view transcript) {
  std::vector<Verdict> given;
  if (wanted) {
    given = context_.handler.on_lmtp_letter(context_.peer, std::move(transaction_.envelope),
                                            std::move(transaction_.letter), transcript);
  }
  std::vector<Verdict> verdicts;
  auto next = given.begin();
  for (const bool kept : transaction_.kept) {
    if (!kept) {
      verdicts.emplace_back();
    } else if (next != given.end()) {
      verdicts.push_back(std::move(*next++));
    } else {
      verdicts.push_back({Verdict::Action::refuse, std::string(no_decision_reply), {}});
    }
  }
  return verdicts;
}

void LetterEnd::answer(std::span<const Verdict> verdicts) {
  const auto is_later = [](const Verdict& verdict) { return verdict.action == Verdict::Action::later; };
  if (std::any_of(verdicts.begin(), verdicts.end(), is_later)) {
    undecided_.assign(verdicts.begin(), verdicts.end());
  } else {
    say(verdicts);
  }
}

void LetterEnd::decide(const Verdict& verdict) {
  auto verdicts = std::exchange(undecided_, {});
  for (auto& other : verdicts) {
    if (other.action == Verdict::Action::later) other = verdict;
  }
  say(verdicts);
}

void LetterEnd::say(std::span<const Verdict> verdicts) {
  std::string ordinary;
  bool closes = false;
  for (const auto& verdict : verdicts) context_.replies.hold(verdict.delay);
  for (const auto& verdict : verdicts) {
    const bool named = verdict.action == Verdict::Action::accept && !verdict.reply.empty();
    if (!named && ordinary.empty()) ordinary = "250 2.0.0 Ok: queued as " + crypto::random_token(10);
    const auto judged = reply_of(verdict, named ? "250" : std::string_view(ordinary));
    const auto& mischief = verdict.mischief;
    context_.replies.write_when_due(judged.text, !judged.accepted, {mischief.dribble, mischief.half});
    context_.resets_when_closed(mischief.reset);
    closes = closes || judged.closes || mischief.half;
  }
  if (closes) context_.close_when_said("closed by rule");
}

}  // namespace gatepost::smtp::server
