#include "gatepost/smtp/server/command_parser.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "gatepost/core/ids.hpp"

namespace gatepost::smtp {
namespace {

constexpr auto npos = std::string_view::npos;

using Entry = std::pair<std::string_view, Verb>;
constexpr std::array verbs{
    Entry{"MAIL", Verb::mail},    Entry{"RCPT", Verb::rcpt},    Entry{"DATA", Verb::data},
    Entry{"EHLO", Verb::ehlo},    Entry{"HELO", Verb::helo},    Entry{"STARTTLS", Verb::starttls},
    Entry{"AUTH", Verb::auth},    Entry{"RSET", Verb::rset},    Entry{"NOOP", Verb::noop},
    Entry{"VRFY", Verb::vrfy},    Entry{"HELP", Verb::help},    Entry{"QUIT", Verb::quit},
    Entry{"EXPN", Verb::known},   Entry{"TURN", Verb::known},   Entry{"ETRN", Verb::known},
    Entry{"BDAT", Verb::known},   Entry{"SEND", Verb::known},   Entry{"SAML", Verb::known},
    Entry{"SOML", Verb::known},   Entry{"GET", Verb::http},     Entry{"POST", Verb::http},
    Entry{"HEAD", Verb::http},    Entry{"PUT", Verb::http},     Entry{"DELETE", Verb::http},
    Entry{"OPTIONS", Verb::http}, Entry{"CONNECT", Verb::http}, Entry{"PATCH", Verb::http},
    Entry{"TRACE", Verb::http},
};

std::string_view trim(std::string_view text) {
  const auto begin = std::min(text.find_first_not_of(" \t"), text.size());
  text.remove_prefix(begin);
  return text.substr(0, text.find_last_not_of(" \t") + 1);
}

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

CommandLine parse_command(std::string_view line) {
  const auto word = line.substr(0, line.find(' '));
  for (const auto& [name, verb] : verbs) {
    if (equal_ignoring_case(word, name)) return {verb, trim(line.substr(word.size()))};
  }
  return {};
}

std::optional<PathArgument> parse_path(std::string_view arguments, std::string_view keyword) {
  if (!equal_ignoring_case(arguments.substr(0, keyword.size()), keyword)) return std::nullopt;
  auto rest = trim(arguments.substr(keyword.size()));
  if (!rest.starts_with(':')) return std::nullopt;
  rest = trim(rest.substr(1));
  if (!rest.starts_with('<')) return std::nullopt;
  rest.remove_prefix(1);
  const auto end = find_path_end(rest);
  if (end == npos) return std::nullopt;

  PathArgument found{rest.substr(0, end), {}};
  rest.remove_prefix(end + 1);
  if (!rest.empty() && rest.front() != ' ') return std::nullopt;
  if (found.mailbox.starts_with('@')) {
    const auto colon = found.mailbox.find(':');
    if (colon == npos) return std::nullopt;
    found.mailbox.remove_prefix(colon + 1);
    if (found.mailbox.empty()) return std::nullopt;
  }
  for (rest = trim(rest); !rest.empty(); rest = trim(rest)) {
    const auto word = rest.substr(0, rest.find(' '));
    found.parameters.push_back(word);
    rest.remove_prefix(word.size());
  }
  return found;
}

}  // namespace gatepost::smtp
