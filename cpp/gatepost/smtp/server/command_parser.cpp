#include "gatepost/smtp/server/command_parser.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "gatepost/core/ascii.hpp"

namespace gatepost::smtp {
namespace {

constexpr auto npos = std::string_view::npos;

using Entry = std::pair<std::string_view, Verb>;
constexpr std::array verbs{
    Entry{"MAIL", Verb::mail},       Entry{"RCPT", Verb::rcpt},   Entry{"DATA", Verb::data},
    Entry{"BDAT", Verb::bdat},       Entry{"RSET", Verb::rset},   Entry{"EHLO", Verb::ehlo},
    Entry{"HELO", Verb::helo},       Entry{"LHLO", Verb::lhlo},   Entry{"STARTTLS", Verb::starttls},
    Entry{"AUTH", Verb::auth},       Entry{"NOOP", Verb::noop},   Entry{"VRFY", Verb::vrfy},
    Entry{"EXPN", Verb::expn},       Entry{"HELP", Verb::help},   Entry{"ETRN", Verb::etrn},
    Entry{"XCLIENT", Verb::xclient}, Entry{"QUIT", Verb::quit},   Entry{"TURN", Verb::known},
    Entry{"SEND", Verb::known},      Entry{"SAML", Verb::known},  Entry{"SOML", Verb::known},
    Entry{"GET", Verb::http},        Entry{"POST", Verb::http},   Entry{"HEAD", Verb::http},
    Entry{"PUT", Verb::http},        Entry{"DELETE", Verb::http}, Entry{"OPTIONS", Verb::http},
    Entry{"CONNECT", Verb::http},    Entry{"PATCH", Verb::http},  Entry{"TRACE", Verb::http},
};

std::string_view trim_blanks(std::string_view text) { return trim(text, " \t"); }

/// Where the ">" stands that closes a path; one inside a quoted local part closes nothing.
std::size_t find_path_end(std::string_view text) {
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (quoted && text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      quoted = !quoted;
    } else if (text[i] == '>' && !quoted) {
      return i;
    }
  }
  return npos;
}

}  // namespace

std::string_view to_string(Verb verb) {
  if (verb == Verb::known || verb == Verb::http) return {};
  const auto* const found = std::find_if(verbs.begin(), verbs.end(), [&](const auto& e) { return e.second == verb; });
  return found == verbs.end() ? std::string_view{} : found->first;
}

bool must_be_last(Verb verb) {
  switch (verb) {
    case Verb::ehlo:
    case Verb::helo:
    case Verb::lhlo:
    case Verb::starttls:
    case Verb::auth:
    case Verb::data:
    case Verb::noop:
    case Verb::vrfy:
    case Verb::expn:
    case Verb::xclient:
      return true;
    default:
      return false;
  }
}

CommandLine parse_command(std::string_view line) {
  const auto word = line.substr(0, line.find(' '));
  for (const auto& [name, verb] : verbs) {
    if (equal_ignoring_case(word, name)) return {verb, trim_blanks(line.substr(word.size()))};
  }
  return {};
}

std::string_view take_word(std::string_view& text) {
  text = trim_blanks(text);
  const auto word = text.substr(0, text.find(' '));
  text = trim_blanks(text.substr(word.size()));
  return word;
}

std::optional<PathArgument> parse_path(std::string_view arguments, std::string_view keyword) {
  if (!equal_ignoring_case(arguments.substr(0, keyword.size()), keyword)) return std::nullopt;
  auto rest = arguments.substr(keyword.size());
  const auto colon = rest.find(':');
  if (colon == npos || !trim_blanks(rest.substr(0, colon)).empty()) return std::nullopt;
  PathArgument found;
  found.spaced = colon > 0 || rest.substr(colon + 1).starts_with(' ') || rest.substr(colon + 1).starts_with('\t');
  rest = trim_blanks(rest.substr(colon + 1));

  if (rest.starts_with('<')) {
    rest.remove_prefix(1);
    const auto end = find_path_end(rest);
    if (end == npos) return std::nullopt;
    found.mailbox = rest.substr(0, end);
    rest.remove_prefix(end + 1);
    if (!rest.empty() && rest.front() != ' ') return std::nullopt;
  } else {
    found.bare = true;
    found.mailbox = take_word(rest);
    if (found.mailbox.empty()) return std::nullopt;
  }
  if (found.mailbox.starts_with('@')) {
    const auto route_end = found.mailbox.find(':');
    if (route_end == npos) return std::nullopt;
    found.mailbox.remove_prefix(route_end + 1);
    if (found.mailbox.empty()) return std::nullopt;
  }
  for (auto word = take_word(rest); !word.empty(); word = take_word(rest)) found.parameters.push_back(word);
  return found;
}

}  // namespace gatepost::smtp
