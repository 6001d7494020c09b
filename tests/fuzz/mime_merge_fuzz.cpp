// Templates and rows of any bytes: a letter that comes out has lines that a server takes, and the texts that composing
// the row's texts gives.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "gatepost/mime/merge/merge.hpp"
#include "gatepost/mime/parse/parse.hpp"

namespace {

using namespace gatepost;
using mime::MergeText;

void require(bool holds) {
  if (!holds) std::abort();
}

constexpr char end_of_piece = '\x1F';

/// The input piece by piece, parted by a control that no test of ours needs.
class Pieces {
 public:
  explicit Pieces(std::string_view input) : rest_(input) {}
  std::string next() {
    const auto end = std::min(rest_.find(end_of_piece), rest_.size());
    std::string piece(rest_.substr(0, end));
    rest_.remove_prefix(std::min(end + 1, rest_.size()));
    return piece;
  }

 private:
  std::string_view rest_;
};

MergeText text_of(Pieces& pieces, bool escape) {
  MergeText text{{pieces.next()}, {}};
  for (std::size_t column : {0U, 1U, 0U}) {
    text.slots.push_back({column, escape});
    text.literals.push_back(pieces.next());
  }
  return text;
}

std::string escaped(std::string_view value) {
  std::string out;
  for (const char c : value) {
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else if (c == '\'')
      out += "&#39;";
    else if (c == '"')
      out += "&#34;";
    else
      out += c;
  }
  return out;
}

std::string filled(const MergeText& text, const std::vector<std::string_view>& values) {
  std::string out = text.literals[0];
  for (std::size_t i = 0; i < text.slots.size(); ++i) {
    const auto value = values[text.slots[i].column];
    out += text.slots[i].escape ? escaped(value) : std::string(value);
    out += text.literals[i + 1];
  }
  return out;
}

void check_lines(std::string_view letter) {
  while (!letter.empty()) {
    const auto end = letter.find("\r\n");
    require(end != std::string_view::npos && end <= 998);
    require(letter.substr(0, end).find_first_of("\r\n") == std::string_view::npos);
    letter.remove_prefix(end + 2);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Pieces pieces({reinterpret_cast<const char*>(data), size});
  const std::vector<std::string> owned{pieces.next(), pieces.next()};
  const std::vector<std::string_view> values(owned.begin(), owned.end());
  mime::MergeProgram::Source source;
  source.shared.from = {"", "a@example.org"};
  source.subject = {{"x"}, {}};
  source.columns = values.size();
  source.text = text_of(pieces, false);
  source.html = text_of(pieces, true);
  const auto program = mime::MergeProgram::make(source);
  if (!program) return 0;
  const auto letter = (*program)->render({"b@example.org", "", "1@example.org", "", values, {}}, TimePoint());
  if (!letter) return 0;
  check_lines(*letter);

  mime::LetterContent content = source.shared;
  content.to = {{"", "b@example.org"}};
  content.subject = "x";
  content.message_id = "1@example.org";
  content.text = filled(*source.text, values);
  content.html = filled(*source.html, values);
  const auto composed = mime::compose(content);
  require(composed.has_value());
  const auto one = mime::parse(*letter);
  const auto other = mime::parse(*composed);
  require(one.parts.size() == other.parts.size());
  for (std::size_t i = 0; i < one.parts.size(); ++i) require(one.parts[i].content == other.parts[i].content);
  return 0;
}
