#include "gatepost/codes/wrapped_reply.hpp"

#include <algorithm>
#include <array>

#include "gatepost/codes/reply_code.hpp"
#include "gatepost/core/ascii.hpp"

namespace gatepost::codes {
namespace {

constexpr auto npos = std::string_view::npos;

/// The last words before a quoted reply that has no enhanced code to be known by.
constexpr std::array<std::string_view, 12> introductions = {"said",      "says",  "returned", "response",
                                                            "responded", "reply", "replied",  "answered",
                                                            "answer",    "error", "rcpt",     "data"};
/// A server that asks the sender's own server and passes on what it heard.
constexpr std::array<std::string_view, 5> callouts = {"callout", "verification failed", "verify failed",
                                                      "sender verify", "called:"};

bool introduced(std::string_view before) {
  const std::size_t end = before.find_last_not_of(" :;>\"'([<-*");
  if (end == npos) return false;
  before = before.substr(0, end + 1);
  const std::size_t space = before.find_last_of(" (:,;");
  const std::string_view word = space == npos ? before : before.substr(space + 1);
  return std::find(introductions.begin(), introductions.end(), word) != introductions.end();
}

/// Whether a reply is quoted at this place: a code of a failure, by itself, with an enhanced code or an introduction.
bool quoted_at(std::string_view text, std::size_t at) {
  if (std::string_view(" :;>\"'([<").find(text[at - 1]) == npos) return false;
  const std::string_view rest = text.substr(at);
  const auto code = leading_reply_code(rest, " -#");
  if (!code || *code < 400) return false;
  const std::string_view after = trim(rest.substr(4));
  const auto enhanced = parse_enhanced(after.substr(0, after.find(' ')));
  if (enhanced) return enhanced->klass == *code / 100;
  return !after.empty() && !is_digit(after.front()) && introduced(text.substr(0, at));
}

}  // namespace

std::optional<Reply> innermost_reply(const Reply& reply) {
  const std::string text = reply.text();
  const std::string words = lower(std::string_view(text));
  const auto said = [&](std::string_view callout) { return words.find(callout) != npos; };
  if (std::any_of(callouts.begin(), callouts.end(), said)) return std::nullopt;
  for (std::size_t at = text.size(); at-- > 1;) {
    if ((text[at] != '4' && text[at] != '5') || !quoted_at(words, at)) continue;
    return parse_reply(std::string_view(text).substr(at));
  }
  return std::nullopt;
}

}  // namespace gatepost::codes
