#include "gatepost/sink/reply_fields.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "gatepost/core/ascii.hpp"

namespace gatepost::sink {

namespace {

std::optional<std::string> value_of(std::string_view name, const ReplyFacts& facts) {
  if (name == "size") return std::to_string(facts.situation.size);
  if (name == "count") return std::to_string(facts.count);
  if (name == "seconds") return std::to_string(facts.seconds);
  Subject subject{};
  if (parse_subject(name, subject)) {
    auto values = values_of(subject, facts.situation);
    return values.empty() ? std::string() : std::move(values.front());
  }
  if (facts.state.has_number(name)) return fmt::format("{}", facts.state.number(name));
  return std::nullopt;
}

}  // namespace

std::string fill_reply(std::string_view reply, const ReplyFacts& facts) {
  std::string filled;
  while (!reply.empty()) {
    const auto begin = std::min(reply.find('{'), reply.size());
    filled += reply.substr(0, begin);
    reply.remove_prefix(begin);
    if (reply.empty()) break;
    const auto end = reply.find('}');
    auto value = end == std::string_view::npos ? std::nullopt : value_of(reply.substr(1, end - 1), facts);
    if (!value) {
      filled.push_back('{');
      reply.remove_prefix(1);
      continue;
    }
    std::replace_if(value->begin(), value->end(), is_control, '?');
    filled += *value;
    reply.remove_prefix(end + 1);
  }
  return filled;
}

}  // namespace gatepost::sink
