#include "gatepost/smtp/transcript.hpp"

#include <algorithm>

#include "gatepost/core/terminal_safe.hpp"

namespace gatepost::smtp {

namespace {
constexpr std::size_t max_line = 1000;
}  // namespace

void Transcript::clear() {
  text_.clear();
  left_out_ = 0;
}

void Transcript::add(std::string_view prefix, std::string_view line) {
  if (max_bytes_ == 0) return;
  text_.append(prefix);
  const auto at = text_.size();
  text_.append(line.substr(0, max_line));
  replace_controls(text_, at);
  if (line.size() > max_line) text_.append(" ...");
  text_.push_back('\n');
  if (text_.size() > max_bytes_) cut();
}

// Keeps the first half and, of the rest, the newest quarter: so a cut is needed only once in a while.
void Transcript::cut() {
  const bool first = left_out_ == 0;
  if (first) {
    cut_at_ = text_.rfind('\n', max_bytes_ / 2);
    cut_at_ = cut_at_ == std::string::npos ? 0 : cut_at_ + 1;
  }
  const auto tail_from = cut_at_ + (first ? 0 : cut_size_);
  const auto newest = text_.size() - std::min(text_.size() - tail_from, max_bytes_ / 4);
  const auto line_end = text_.find('\n', newest - 1);  // newest > 0: the text is longer than max_bytes
  const auto resume = std::max(tail_from, line_end == std::string::npos ? newest : line_end + 1);
  left_out_ += resume - tail_from;
  if (left_out_ == 0) return;
  const auto note = "-- ... " + std::to_string(left_out_) + " bytes left out\n";
  text_.replace(cut_at_, resume - cut_at_, note);
  cut_size_ = note.size();
}

}  // namespace gatepost::smtp
