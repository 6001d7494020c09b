#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "gatepost/codes/reply_code.hpp"
#include "gatepost/core/ascii.hpp"

#include "gatepost/sink/rule.hpp"

namespace gatepost::sink {

using codes::Phase;

namespace {

constexpr std::chrono::milliseconds longest_delay = std::chrono::hours(1);
constexpr std::size_t longest_reply = 2000;

/// "" where one line of a reply is "code text" with a code that a server may give in this phase.
std::string fault_of_line(std::string_view line, std::string_view code) {
  if (!codes::leading_reply_code(line, " "))
    return "must be a code from 200 to 699, a space and a text, as in \"452 4.2.2 Mailbox full\"";
  if (line.substr(0, 3) != code) return "all lines must have the same code";
  const auto control = std::find_if(line.begin(), line.end(), is_control);
  if (control != line.end()) return fmt::format("byte {} is a control character", control - line.begin());
  return {};
}

using Fault = std::optional<InputError>;

Fault check_phase(const Rule& rule) {
  switch (rule.phase) {
    case Phase::connect:
    case Phase::tls:
    case Phase::ehlo:
    case Phase::auth:
    case Phase::mail:
    case Phase::rcpt:
    case Phase::data:
    case Phase::final_:
      break;
    default:
      return InputError{"phase", "takes one of connect, tls, ehlo, auth, mail, rcpt, data, final"};
  }
  if (rule.tls_fault != smtp::TlsFault::none && rule.phase != Phase::tls) {
    return InputError{"tls_fault", "works only in the phase tls"};
  }
  if (rule.phase == Phase::tls && !rule.reply.empty()) return InputError{"reply", "cannot be given in the phase tls"};
  if (!rule.mischief.hidden.empty() && rule.phase != Phase::ehlo) {
    return InputError{"hide", "works only in the phase ehlo"};
  }
  return {};
}

Fault check_answer(const Rule& rule) {
  const bool may_discard = rule.phase == Phase::rcpt || rule.phase == Phase::final_;
  if (!rule.reply.empty()) {
    if (auto fault = fault_of_reply(rule.reply); !fault.empty()) return InputError{"reply", std::move(fault)};
  }
  for (const auto& [name, time] :
       {std::pair{"delay", rule.delay}, {"tarpit", rule.tarpit}, {"dribble", rule.mischief.dribble}}) {
    if (time < std::chrono::milliseconds(0) || time > longest_delay) {
      return InputError{name, "takes a number of seconds from 0 to 3600"};
    }
  }
  const bool refuses = !rule.reply.empty() && rule.reply[0] >= '4';
  if (rule.discard && !may_discard) return InputError{"discard", "works only in the phases rcpt and final"};
  if (rule.discard && refuses) return InputError{"discard", "accepts the letter, so reply takes a 2xx or is left out"};
  if (rule.discard && rule.close) return InputError{"close", "cannot be combined with discard"};
  if (rule.mischief.reset && !rule.close && !rule.mischief.half) {
    return InputError{"reset", "ends the connection: set close or half, too"};
  }
  if (rule.go_on && (!rule.reply.empty() || rule.discard || rule.close || !rule.bounce.empty())) {
    return InputError{"go_on",
                      "leaves the answer to the rules behind it, so reply, discard, close and bounce are not for it"};
  }
  return {};
}

Fault check_counting(const Rule& rule) {
  const auto& counting = rule.counting;
  if (!(counting.odds >= 0.0 && counting.odds <= 1.0)) return InputError{"odds", "takes a number from 0 to 1"};
  if (counting.nth > 0 && counting.times > 0) return InputError{"times", "cannot be combined with nth"};
  if (counting.over > 0 && counting.within.count() <= 0) {
    return InputError{"within", "takes a number of seconds above 0 with over"};
  }
  if (counting.greylist < std::chrono::seconds(0)) {
    return InputError{"greylist", "takes a number of seconds that is not negative"};
  }
  if (counting.greylist.count() > 0) {
    if (rule.phase != Phase::rcpt) return InputError{"greylist", "works only in the phase rcpt"};
    if (rule.discard) return InputError{"greylist", "cannot be combined with discard"};
    if (!rule.reply.empty() && rule.reply[0] != '4') return InputError{"reply", "takes a 4xx with greylist"};
  }
  return {};
}

/// What becomes of an accepted letter later.
Fault check_later(const Rule& rule) {
  if (rule.bounce.empty()) return {};
  if (rule.phase != Phase::rcpt && rule.phase != Phase::final_) {
    return InputError{"bounce", "works only in the phases rcpt and final"};
  }
  if (auto fault = fault_of_reply(rule.bounce); !fault.empty()) return InputError{"bounce", std::move(fault)};
  if (rule.bounce[0] != '4' && rule.bounce[0] != '5') return InputError{"bounce", "takes a 4xx or a 5xx"};
  if (!rule.reply.empty() && rule.reply[0] >= '4') {
    return InputError{"bounce", "accepts the letter, so reply takes a 2xx or is left out"};
  }
  if (rule.bounce_after < std::chrono::seconds(0)) {
    return InputError{"bounce_after", "takes a number of seconds that is not negative"};
  }
  return {};
}

bool is_header_name(const std::string& name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) { return is_visible(c) && c != ':'; });
}

Fault check_condition(const Condition& condition, Phase phase) {
  const bool reads_letter = condition.subject != "*" || !condition.headers.empty() || !condition.attachments.empty();
  if (phase != Phase::final_) {
    if (reads_letter) return InputError{"phase", "takes final where subject, headers or attachments are asked for"};
    if (!condition.missing_headers.empty()) return InputError{"missing_headers", "works only in the phase final"};
  }
  for (std::size_t i = 0; i < condition.missing_headers.size(); ++i) {
    if (is_header_name(condition.missing_headers[i])) continue;
    return InputError{fmt::format("missing_headers[{}]", i), "is not the name of a header"};
  }
  for (const auto& [name, glob] : condition.headers) {
    if (!is_header_name(name)) return InputError{fmt::format("headers[{}]", name), "is not the name of a header"};
  }
  const bool early = phase == Phase::connect || phase == Phase::tls;
  if (early && (condition.from != "*" || condition.to != "*" || condition.user != "*" || condition.ehlo != "*" ||
                condition.from_is_user)) {
    return InputError{"phase",
                      "connect and tls cannot be combined with from, to, user or ehlo, which are not known yet"};
  }
  for (const auto* const others : {&condition.any, &condition.none}) {
    for (const auto& other : *others) {
      if (auto fault = check_condition(other, phase)) return fault;
    }
  }
  return {};
}

}  // namespace

std::string fault_of_reply(const std::string& reply) {
  if (reply.size() > longest_reply) return fmt::format("is longer than {} bytes", longest_reply);
  const auto code = std::string_view(reply).substr(0, 3);
  for (std::size_t begin = 0; begin <= reply.size();) {
    const auto end = std::min(reply.find('\n', begin), reply.size());
    if (auto fault = fault_of_line(std::string_view(reply).substr(begin, end - begin), code); !fault.empty()) {
      return fault;
    }
    begin = end + 1;
  }
  return {};
}

Result<Rule, InputError> check_rule(Rule rule) {
  for (const auto check : {check_phase, check_answer, check_counting, check_later}) {
    if (auto fault = check(rule)) return *std::move(fault);
  }
  if (auto fault = check_condition(rule.when, rule.phase)) return *std::move(fault);
  return rule;
}

}  // namespace gatepost::sink
