#include "gatepost/smtp/reply_reader.hpp"

#include <algorithm>

#include "gatepost/codes/reply_code.hpp"
#include "gatepost/core/terminal_safe.hpp"

namespace gatepost::smtp {

namespace {

std::string printable(std::string_view text) {
  std::string out(text);
  replace_controls(out);
  return out;
}

}  // namespace

ReplyReader::Status ReplyReader::read(std::string_view& bytes) {
  if (whole_) {
    whole_ = false;
    text_.clear();
    line_start_ = line_count_ = 0;
  }
  while (error_.empty() && !bytes.empty()) {
    const auto end = bytes.find('\n');
    const auto part = bytes.substr(0, end);
    if (text_.size() - line_start_ + part.size() > max_line_bytes) {
      broken("a line of the reply is longer than " + std::to_string(max_line_bytes) + " bytes");
      break;
    }
    text_.append(part);
    if (end == std::string_view::npos) {
      bytes = {};
      break;
    }
    bytes.remove_prefix(end + 1);
    if (!end_line()) break;
    if (last_) {
      whole_ = true;
      return Status::reply;
    }
  }
  return error_.empty() ? Status::more : Status::broken;
}

bool ReplyReader::end_line() {
  if (text_.size() > line_start_ && text_.back() == '\r') text_.pop_back();
  const auto line = std::string_view(text_).substr(line_start_);
  const auto code = codes::leading_reply_code(line);
  if (!code) return broken("not an SMTP reply: \"" + printable(line) + "\"");
  code_ = *code;
  last_ = line.size() == 3 || line[3] == ' ';
  replace_controls(text_, line_start_);
  text_.push_back('\n');
  line_start_ = text_.size();
  if (++line_count_ > max_lines) return broken("a reply has more than " + std::to_string(max_lines) + " lines");
  if (text_.size() > max_reply_bytes) {
    return broken("a reply is longer than " + std::to_string(max_reply_bytes) + " bytes");
  }
  return true;
}

bool ReplyReader::broken(std::string what) {
  error_ = std::move(what);
  text_.clear();
  return false;
}

std::vector<std::string_view> ReplyReader::lines() const {
  std::vector<std::string_view> all;
  all.reserve(line_count_);
  std::string_view rest(text_);
  while (!rest.empty()) {
    const auto end = rest.find('\n');
    all.push_back(rest.substr(0, end));
    rest.remove_prefix(end + 1);
  }
  return all;
}

codes::Reply ReplyReader::reply() const {
  std::vector<std::string> texts;
  texts.reserve(line_count_);
  for (const auto line : lines()) texts.emplace_back(line.substr(std::min<std::size_t>(line.size(), 4)));
  return codes::make_reply(code_, texts);
}

}  // namespace gatepost::smtp
