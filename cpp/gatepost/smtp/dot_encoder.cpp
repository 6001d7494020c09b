#include "gatepost/smtp/dot_encoder.hpp"

#include <algorithm>

#include "gatepost/core/line_ends.hpp"

namespace gatepost::smtp {

// Remembered, so that a letter full of bare CRs is not searched to its end for each of them.
std::size_t DotEncoder::next_line_feed(std::size_t from) {
  if (!searched_ || line_feed_ < from) {
    line_feed_ = std::min(data_.find('\n', from), data_.size());
    searched_ = true;
  }
  return line_feed_;
}

void DotEncoder::append_to(std::string& out, std::size_t room) {
  const auto limit = out.size() + room;
  while (!done_ && out.size() < limit) {
    if (at_ == data_.size()) {
      out.append(line_start_ ? ".\r\n" : "\r\n.\r\n");
      done_ = true;
      return;
    }
    if (line_start_ && data_[at_] == '.') out.push_back('.');
    line_start_ = false;

    // The longest run that goes out unchanged: whole canonical lines, none but the first beginning with a dot.
    const auto stop = std::min(data_.size(), at_ + std::max<std::size_t>(limit - std::min(out.size(), limit), 1));
    auto end = at_;
    bool bare = false;
    while (end < stop) {
      const auto line_feed = next_line_feed(end);
      const auto line_end = std::min(line_feed, stop);
      const auto cr = data_.substr(end, line_end - end).find('\r');
      if (cr == std::string_view::npos) {
        end = line_end;
        bare = line_feed < stop;
        break;
      }
      end += cr;
      if (end + 1 != line_feed || line_feed == data_.size()) {
        bare = true;
        break;
      }
      end = line_feed + 1;
      line_start_ = true;
      if (end < stop && data_[end] == '.') break;
      line_start_ = end >= stop;
    }
    out.append(data_.substr(at_, end - at_));
    at_ = end;
    if (bare) {
      out.append("\r\n");
      ++at_;
      line_start_ = true;
    }
  }
}

std::size_t size_on_the_wire(std::string_view data) {
  if (data.empty()) return 0;
  const std::size_t size = data.size() + count_bare_line_ends(data);
  const bool ends_in_a_line = data.back() == '\n' || data.back() == '\r';
  return ends_in_a_line ? size : size + 2;
}

}  // namespace gatepost::smtp
