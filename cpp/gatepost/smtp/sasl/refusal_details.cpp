#include "gatepost/smtp/sasl/refusal_details.hpp"

#include <algorithm>

#include "gatepost/core/ascii.hpp"
#include "gatepost/core/terminal_safe.hpp"
#include "gatepost/core/utf8.hpp"

namespace gatepost::smtp {

std::string refusal_details(std::string_view said, const SaslIdentity& identity) {
  constexpr std::size_t max_read = 4000;
  constexpr std::size_t max_kept = 1000;
  std::string details(utf8_prefix(said, max_read));
  const bool is_text = find_invalid_utf8(details) == std::string::npos;
  // Before the masking: a control in the midst of a secret would hide it there.
  for (char& c : details) {
    if (is_control(c)) c = ' ';
    if (static_cast<unsigned char>(c) >= 0x80 && !is_text) c = '?';
  }
  replace_controls(details);
  details = mask_credentials(std::move(details), identity);
  details.resize(utf8_prefix(details, max_kept).size());
  return details;
}

}  // namespace gatepost::smtp
