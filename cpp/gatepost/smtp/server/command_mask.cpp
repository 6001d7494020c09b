#include "gatepost/smtp/server/command_mask.hpp"

#include <algorithm>
#include <array>

#include "gatepost/core/ascii.hpp"
#include "gatepost/smtp/mailbox_syntax.hpp"

namespace gatepost::smtp {

namespace {

constexpr std::string_view mask = "****";
constexpr std::string_view auth_word = "AUTH";
constexpr auto npos = std::string_view::npos;

// Any other word behind AUTH may be a secret whose mechanism was left out.
constexpr std::array<std::string_view, 20> mechanisms{"PLAIN",         "LOGIN",
                                                      "CRAM-MD5",      "DIGEST-MD5",
                                                      "SCRAM-SHA-1",   "SCRAM-SHA-1-PLUS",
                                                      "SCRAM-SHA-256", "SCRAM-SHA-256-PLUS",
                                                      "SCRAM-SHA-512", "SCRAM-SHA-512-PLUS",
                                                      "XOAUTH2",       "OAUTHBEARER",
                                                      "GSSAPI",        "GS2-KRB5",
                                                      "NTLM",          "EXTERNAL",
                                                      "ANONYMOUS",     "KERBEROS_V4",
                                                      "OTP",           "XOAUTH"};

bool is_mechanism(std::string_view word) {
  return std::any_of(mechanisms.begin(), mechanisms.end(),
                     [word](std::string_view known) { return equal_ignoring_case(known, word); });
}

bool is_number(std::string_view word) { return !word.empty() && std::all_of(word.begin(), word.end(), is_digit); }

/// Whether the arguments are such as the command takes.
bool is_well_formed(const CommandLine& command) {
  auto arguments = command.arguments;
  switch (command.verb) {
    case Verb::mail:
    case Verb::rcpt: {
      const auto path = parse_path(arguments, command.verb == Verb::mail ? "FROM" : "TO");
      return path && !path->bare;
    }
    case Verb::ehlo:
    case Verb::helo:
    case Verb::lhlo:
      return is_helo_name(arguments);
    case Verb::bdat:
      return is_number(take_word(arguments)) && (arguments.empty() || equal_ignoring_case(arguments, "LAST"));
    case Verb::unknown:
      return false;
    default:
      return arguments.empty();
  }
}

bool is_name_character(char c) { return is_alnum(c) || c == '_'; }

/// Where the first AUTH ends; `anywhere`: also one that ends another word.
std::size_t find_auth_end(std::string_view text, bool anywhere) {
  for (std::size_t at = 0; at + auth_word.size() <= text.size(); ++at) {
    if (lower(text[at]) != 'a' || !equal_ignoring_case(text.substr(at, auth_word.size()), auth_word)) continue;
    if (anywhere || at == 0 || !is_name_character(text[at - 1])) return at + auth_word.size();
  }
  return npos;
}

std::string mask_behind(std::string_view line, std::size_t end) {
  std::string shown(line.substr(0, end));
  if (line.find_first_not_of(' ', end) != npos) shown.append(" ").append(mask);
  return shown;
}

std::string mask_auth(std::string_view arguments) {
  const auto mechanism = take_word(arguments);
  std::string shown(auth_word);
  const bool named = is_mechanism(mechanism);
  if (named) shown.append(" ").append(mechanism);
  if (named ? !arguments.empty() : !mechanism.empty()) shown.append(" ").append(mask);
  return shown;
}

/// Where the parameters of MAIL or RCPT begin: the path itself may say "auth" as it likes.
std::size_t parameters_at(const CommandLine& command, std::string_view line) {
  const auto path = parse_path(command.arguments, command.verb == Verb::mail ? "FROM" : "TO");
  if (!path || path->parameters.empty()) return line.size();
  return static_cast<std::size_t>(path->parameters.front().data() - line.data());
}

}  // namespace

MaskedCommand mask_command(const CommandLine& command, std::string_view line, bool behind_auth) {
  if (command.verb == Verb::auth) return {mask_auth(command.arguments), true};
  const bool known = command.verb != Verb::unknown;
  const auto first = find_auth_end(line, true);
  if (!behind_auth && first == npos) return {};
  const bool well_formed = is_well_formed(command);
  if (behind_auth && !well_formed) {
    if (!known) return {std::string(mask), true};
    return {mask_behind(line, line.find(' ')), true};
  }
  if (first == npos) return {};
  const bool has_path = command.verb == Verb::mail || command.verb == Verb::rcpt;
  if (well_formed && !has_path) return {};
  const auto from = well_formed ? parameters_at(command, line) : 0;
  const auto end = find_auth_end(line.substr(from), !known);
  if (end == npos) return {};
  const bool is_parameter = well_formed && from + end < line.size() && line[from + end] == '=';  // RFC 4954 §5
  if (is_parameter) return {};
  return {mask_behind(line, from + end), true};
}

}  // namespace gatepost::smtp
