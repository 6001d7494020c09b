#include "gatepost/mime/header/header_line.hpp"

#include "gatepost/mime/header/encoded_word.hpp"

namespace gatepost::mime {

HeaderLine::HeaderLine(std::string& out, std::string_view name) : out_(out), line_start_(out.size()) {
  out_ += name;
  out_ += ':';
}

void HeaderLine::fold_or_space(std::string_view space, bool fold) {
  if (fold) {
    out_ += "\r\n";
    line_start_ = out_.size();
  }
  out_ += space;
  has_content_ = true;
}

void HeaderLine::token(std::string_view text, std::string_view space) {
  const std::size_t column = out_.size() - line_start_;
  fold_or_space(space, has_content_ && column + space.size() + text.size() > soft_limit);
  out_ += text;
}

void HeaderLine::encoded(std::string_view text, std::string_view space, std::string_view tail) {
  const WordEncoding encoding = shorter_word_encoding(text);
  while (!text.empty()) {
    std::size_t column = out_.size() - line_start_ + space.size();
    const bool fold = column + min_encoded_word + tail.size() > encoded_limit;
    fold_or_space(space, fold);
    column = out_.size() - line_start_;
    const std::size_t room = encoded_limit - column - tail.size();
    text.remove_prefix(append_encoded_word(out_, text, encoding, room));
    space = " ";
  }
  out_ += tail;
}

}  // namespace gatepost::mime
