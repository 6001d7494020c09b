#include "gatepost/sink/condition.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>

#include "gatepost/core/ascii.hpp"
#include "gatepost/mime/parse/parse.hpp"
#include "gatepost/sink/glob.hpp"

namespace gatepost::sink {

namespace {

using Operator = Comparison::Operator;

constexpr std::array<std::pair<std::string_view, Operator>, 6> operators{{
    {"<=", Operator::less_equal},
    {">=", Operator::greater_equal},
    {"==", Operator::equal},
    {"!=", Operator::unequal},
    {"<", Operator::less},
    {">", Operator::greater},
}};

/// Of one header, as people read it.
std::string decoded(std::string_view letter, const std::string& name) {
  const auto value = mime::raw_header(letter, name);
  if (value.find("=?") == std::string::npos) return value;
  return mime::parse("Subject: " + value + "\r\n\r\n").subject;
}

bool to_holds(const std::string& glob, const Situation& situation) {
  if (glob == "*") return true;
  const auto fits = [&](std::string_view address) { return glob_match(glob, address); };
  if (situation.recipients == nullptr) return fits(situation.to);
  return std::any_of(situation.recipients->begin(), situation.recipients->end(), fits);
}

/// The login is the address, or what stands before its @.
bool is_of_user(std::string_view address, std::string_view user) {
  if (user.find('@') == std::string_view::npos) address = address.substr(0, address.rfind('@'));
  return equal_ignoring_case(address, user);
}

bool has_attachment(const std::vector<std::string>& globs, std::string_view letter) {
  const auto parsed = mime::parse(letter);
  return std::any_of(parsed.parts.begin(), parsed.parts.end(), [&](const mime::ParsedPart& part) {
    return !part.file_name.empty() && std::any_of(globs.begin(), globs.end(), [&](const std::string& glob) {
      return glob_match(glob, part.file_name);
    });
  });
}

bool letter_holds(const Condition& condition, const Situation& situation) {
  if (condition.subject != "*" && !glob_match(condition.subject, decoded(situation.data, "Subject"))) return false;
  for (const auto& [name, glob] : condition.headers) {
    const auto value = decoded(situation.data, name);
    if (value.empty() || !glob_match(glob, value)) return false;
  }
  if (!condition.attachments.empty() && !has_attachment(condition.attachments, situation.data)) return false;
  return condition.missing_headers.empty() || !missing(condition, situation).empty();
}

bool state_holds(const Condition& condition, const Facts& facts) {
  for (const auto& comparison : condition.where) {
    if (!comparison.holds(facts.state)) return false;
  }
  return std::all_of(condition.listed.begin(), condition.listed.end(), [&](const auto& entry) {
    const auto& [subject, list] = entry;
    const auto values = values_of(subject, facts.situation);
    return std::any_of(values.begin(), values.end(),
                       [&](const std::string& value) { return facts.state.is_listed(list, value); });
  });
}

}  // namespace

bool Comparison::holds(const GateState& state) const {
  const auto number = state.number(name);
  switch (op) {
    case Operator::less:
      return number < value;
    case Operator::less_equal:
      return number <= value;
    case Operator::equal:
      return number == value;
    case Operator::unequal:
      return number != value;
    case Operator::greater_equal:
      return number >= value;
    case Operator::greater:
      return number > value;
  }
  return false;
}

bool parse_comparison(std::string_view text, Comparison& comparison) {
  for (const auto& [word, op] : operators) {
    if (!text.starts_with(word)) continue;
    text.remove_prefix(word.size());
    while (text.starts_with(' ')) text.remove_prefix(1);
    comparison.op = op;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), comparison.value);
    return fault == std::errc() && end == text.data() + text.size();
  }
  return false;
}

std::string missing(const Condition& condition, const Situation& situation) {
  std::string names;
  for (const auto& name : condition.missing_headers) {
    if (mime::raw_header(situation.data, name).empty()) names += (names.empty() ? "" : ", ") + name;
  }
  return names;
}

bool holds(const Condition& condition, const Facts& facts) {
  const auto& situation = facts.situation;
  if (!glob_match(condition.from, situation.from) || !glob_match(condition.user, situation.user)) return false;
  if (!glob_match(condition.ehlo, situation.ehlo) || !to_holds(condition.to, situation)) return false;
  if (condition.client && !condition.client->contains(situation.client)) return false;
  if (condition.from_is_user && *condition.from_is_user != is_of_user(situation.from, situation.user)) {
    return false;
  }
  if (condition.tls && *condition.tls != situation.tls) return false;
  if (situation.size < condition.min_bytes || situation.size > condition.max_bytes) return false;
  if (condition.schedule && !condition.schedule->contains(facts.now)) return false;
  if (!letter_holds(condition, situation) || !state_holds(condition, facts)) return false;
  const auto is_true = [&](const Condition& other) { return holds(other, facts); };
  if (!condition.any.empty() && std::none_of(condition.any.begin(), condition.any.end(), is_true)) return false;
  return std::none_of(condition.none.begin(), condition.none.end(), is_true);
}

}  // namespace gatepost::sink
