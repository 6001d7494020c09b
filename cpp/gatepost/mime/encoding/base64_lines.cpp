#include "gatepost/mime/encoding/base64_lines.hpp"

#include <algorithm>
#include <cstring>

#include "gatepost/core/base64.hpp"

namespace gatepost::mime {

namespace {

constexpr std::size_t chars_per_line = 76;

}  // namespace

std::size_t base64_lines_size(std::size_t size) {
  const std::size_t chars = base64_size(size);
  return chars == 0 ? 0 : chars + (chars - 1) / chars_per_line * 2;
}

void Base64Lines::line_end() {
  to_ = std::copy_n("\r\n", 2, to_);
  column_ = 0;
}

void Base64Lines::octets(std::string_view bytes) {
  if (pending_size_ > 0) {
    const std::size_t lacking = std::min(pending_.size() - pending_size_, bytes.size());
    std::copy_n(bytes.data(), lacking, pending_.data() + pending_size_);
    bytes.remove_prefix(lacking);
    pending_size_ += lacking;
    if (pending_size_ < pending_.size()) return;
    if (column_ == chars_per_line) line_end();
    to_ = write_base64({pending_.data(), pending_.size()}, to_);
    column_ += 4;
  }
  while (bytes.size() >= 3) {
    if (column_ == chars_per_line) line_end();
    const std::size_t groups = std::min(bytes.size() / 3, (chars_per_line - column_) / 4);
    to_ = write_base64(bytes.substr(0, groups * 3), to_);
    column_ += groups * 4;
    bytes.remove_prefix(groups * 3);
  }
  std::copy(bytes.begin(), bytes.end(), pending_.begin());
  pending_size_ = bytes.size();
}

void Base64Lines::encoded(std::string_view chars) {
  const auto copy = [&](std::size_t size) {
    std::memcpy(to_, chars.data(), size);
    to_ += size;
    column_ += size;
    chars.remove_prefix(size);
  };
  copy(std::min(chars.size(), chars_per_line - column_));
  while (chars.size() >= chars_per_line) {
    line_end();
    copy(chars_per_line);  // of fixed size: a few moves
  }
  if (chars.empty()) return;
  line_end();
  copy(chars.size());
}

char* Base64Lines::finish() {
  if (pending_size_ > 0 && column_ == chars_per_line) line_end();
  return write_base64({pending_.data(), pending_size_}, to_);
}

void append_base64_lines(std::string& out, std::string_view bytes) {
  const std::size_t start = out.size();
  out.resize(start + base64_lines_size(bytes.size()));
  Base64Lines lines(out.data() + start);
  lines.octets(bytes);
  lines.finish();
}

}  // namespace gatepost::mime
