#include "gatepost/codes/failure.hpp"

namespace gatepost::codes {

std::string_view to_string(Scope scope) {
  constexpr std::string_view names[] = {"session", "site", "message", "recipient"};
  return names[static_cast<std::size_t>(scope)];
}

std::string Failure::describe() const {
  std::string out(to_string(phase));
  out += ": ";
  Reply reply{code, enhanced, {server_text}};
  out += reply.to_string();
  if (!message.empty()) {
    if (!out.ends_with(": ")) out += ". ";
    out += message;
  }
  const CategoryInfo& row = info(category);
  out += " (";
  out += row.id;
  out += ": ";
  out += row.cause;
  out += ' ';
  out += row.remedy;
  out += ')';
  return out;
}

}  // namespace gatepost::codes
