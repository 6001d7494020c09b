#include "gatepost/smtp/server/reply_writer.hpp"

#include <algorithm>

#include "gatepost/codes/reply.hpp"
#include "gatepost/codes/reply_code.hpp"
#include "gatepost/core/ascii.hpp"

namespace gatepost::smtp {

void append_reply(std::string& out, std::string_view text, bool refused, bool enhanced) {
  std::string code = refused ? "550" : "250";
  if (codes::leading_reply_code(text)) code = text.substr(0, 3);
  std::string first_enhanced;

  for (bool first = true, last = false; !last; first = false) {
    const auto end = text.find('\n');
    last = end == std::string_view::npos;
    auto line = text.substr(0, end);
    if (!last) text.remove_prefix(end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    const bool has_code = line.starts_with(code) && codes::leading_reply_code(line);
    if (has_code) line.remove_prefix(std::min<std::size_t>(line.size(), 4));
    const auto own = codes::parse_enhanced(line) ? line.substr(0, line.find(' ')) : std::string_view{};
    if (!enhanced) {
      if (!own.empty()) line.remove_prefix(std::min(line.size(), own.size() + 1));
    } else if (first) {
      first_enhanced = own;
    }
    out.append(code).push_back(last ? ' ' : '-');
    if (!first && !first_enhanced.empty() && !line.starts_with(first_enhanced)) {
      out.append(first_enhanced).push_back(' ');
    }
    const auto at = static_cast<std::ptrdiff_t>(out.size());
    out.append(line);
    std::replace_if(out.begin() + at, out.end(), is_control, ' ');
    out.append("\r\n");
  }
}

}  // namespace gatepost::smtp
