#include "gatepost/dkim/tag_writer.hpp"

#include <utility>

namespace gatepost::dkim {

namespace {
constexpr std::size_t longest_line = 76;
}

TagWriter::TagWriter(std::string_view field_name) : text_(field_name) {
  text_ += ':';
  column_ = text_.size();
}

void TagWriter::tag(std::string_view name, std::string_view value) {
  start(name.size() + 2 + value.size());
  append(name);
  append("=");
  append(value);
  append(";");
}

void TagWriter::list(std::string_view name, const std::vector<std::string_view>& items) {
  start(name.size() + 1 + items.front().size() + 1);
  append(name);
  append("=");
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (column_ + items[i].size() + 1 > longest_line) fold();
    append(items[i]);
    append(i + 1 == items.size() ? ";" : ":");
  }
}

void TagWriter::base64(std::string_view name, std::string_view value) {
  open(name);
  break_anywhere(value);
  append(";");
}

void TagWriter::open(std::string_view name) {
  constexpr std::size_t some_of_the_value = 8;
  start(name.size() + 1 + some_of_the_value);
  append(name);
  append("=");
}

std::string TagWriter::finish(std::string_view value) && {
  break_anywhere(value);
  text_ += "\r\n";
  return std::move(text_);
}

void TagWriter::start(std::size_t size) {
  if (column_ + 1 + size > longest_line) return fold();
  append(" ");
}

void TagWriter::fold() {
  constexpr std::size_t tab = 8;
  text_ += "\r\n\t";
  column_ = tab;
}

void TagWriter::append(std::string_view value) {
  text_ += value;
  column_ += value.size();
}

void TagWriter::break_anywhere(std::string_view value) {
  while (!value.empty()) {
    if (column_ >= longest_line) fold();
    const auto now = value.substr(0, longest_line - column_);
    append(now);
    value.remove_prefix(now.size());
  }
}

}  // namespace gatepost::dkim
