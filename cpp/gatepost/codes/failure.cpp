#include "gatepost/codes/failure.hpp"

#include "gatepost/codes/words.hpp"
#include "gatepost/core/terminal_safe.hpp"
#include "gatepost/core/utf8.hpp"

namespace gatepost::codes {

namespace {

/// At most about a screenful, and nothing that a terminal obeys.
std::string for_people(std::string_view words) {
  constexpr std::size_t enough = 1000;
  std::string shown(utf8_prefix(words, enough));
  replace_controls(shown);
  if (words.size() > enough) shown += "…";
  return shown;
}

}  // namespace

std::string_view to_string(Scope scope) {
  constexpr std::string_view names[] = {"session", "site", "message", "recipient"};
  return names[static_cast<std::size_t>(scope)];
}

std::string Failure::describe() const {
  std::string out(to_string(phase));
  out += ": ";
  Reply reply{code, enhanced, {for_people(server_text)}};
  out += reply.to_string();
  if (!message.empty()) {
    if (!out.ends_with(": ")) out += ". ";
    out += for_people(message);
  }
  const Words words = words_for(category, phase, permanence);
  out += " (";
  out += to_string(category);
  out += ": ";
  out += words.cause;
  out += ' ';
  if (maybe_delivered) out += "It may have been accepted all the same: check before you send it again. ";
  out += words.remedy;
  out += ')';
  return out;
}

}  // namespace gatepost::codes
