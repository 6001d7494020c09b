#include "gatepost/smtp/server/line_reader.hpp"

#include <utility>

namespace gatepost::smtp::server {

std::optional<CommandInput> LineReader::read(std::string_view& bytes, std::size_t limit) {
  const auto end = bytes.find('\n', scanned_);
  if (end == std::string_view::npos) {
    if (skipping_ || bytes.size() > limit + 1) {
      skipping_ = true;
      bytes = {};
    }
    scanned_ = bytes.size();
    return std::nullopt;
  }
  CommandInput line{bytes.substr(0, end)};
  bytes.remove_prefix(end + 1);
  scanned_ = 0;
  line.bare = !line.text.ends_with('\r');
  if (!line.bare) line.text.remove_suffix(1);
  line.too_long = std::exchange(skipping_, false) || line.text.size() > limit;
  return line;
}

}  // namespace gatepost::smtp::server
