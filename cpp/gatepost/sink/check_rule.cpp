#include <fmt/format.h>

#include <algorithm>

#include "gatepost/codes/reply_code.hpp"
#include "gatepost/core/ascii.hpp"

#include "gatepost/sink/rules.hpp"

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
  const auto phase = rule.phase;
  const bool known = phase == Phase::connect || phase == Phase::ehlo || phase == Phase::auth || phase == Phase::mail ||
                     phase == Phase::rcpt || phase == Phase::data || phase == Phase::final_;
  if (!known) return InputError{"phase", "takes one of connect, ehlo, auth, mail, rcpt, data, final"};
  if (!rule.reply.empty()) {
    if (auto fault = fault_of_reply(rule.reply); !fault.empty()) return InputError{"reply", std::move(fault)};
  }
  if (rule.delay < std::chrono::milliseconds(0) || rule.delay > longest_delay) {
    return InputError{"delay", "takes a number of seconds from 0 to 3600"};
  }
  if (!(rule.odds >= 0.0 && rule.odds <= 1.0)) return InputError{"odds", "takes a number from 0 to 1"};
  if (rule.discard && phase != Phase::rcpt && phase != Phase::final_) {
    return InputError{"discard", "works only in the phases rcpt and final"};
  }
  const bool refuses = !rule.reply.empty() && rule.reply[0] >= '4';
  if (rule.discard && refuses) return InputError{"discard", "accepts the letter, so reply takes a 2xx or is left out"};
  if (rule.discard && rule.close) return InputError{"close", "cannot be combined with discard"};
  if (rule.greylist < std::chrono::seconds(0))
    return InputError{"greylist", "takes a number of seconds that is not negative"};
  if (rule.greylist.count() > 0) {
    if (phase != Phase::rcpt) return InputError{"greylist", "works only in the phase rcpt"};
    if (rule.discard) return InputError{"greylist", "cannot be combined with discard"};
    if (!rule.reply.empty() && rule.reply[0] != '4') return InputError{"reply", "takes a 4xx with greylist"};
  }
  if (rule.nth > 0 && rule.times > 0) return InputError{"times", "cannot be combined with nth"};
  if (!rule.missing_headers.empty() && phase != Phase::final_) {
    return InputError{"missing_headers", "works only in the phase final"};
  }
  for (std::size_t i = 0; i < rule.missing_headers.size(); ++i) {
    const auto& name = rule.missing_headers[i];
    const bool good =
        !name.empty() && std::all_of(name.begin(), name.end(), [](char c) { return is_visible(c) && c != ':'; });
    if (!good) return InputError{fmt::format("missing_headers[{}]", i), "is not the name of a header"};
  }
  if (phase == Phase::connect && (rule.from != "*" || rule.to != "*" || rule.user != "*")) {
    return InputError{"phase", "connect cannot be combined with from, to or user, which are not known yet"};
  }
  return rule;
}

}  // namespace gatepost::sink
