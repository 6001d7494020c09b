#include "gatepost/codes/reply.hpp"

#include <algorithm>

#include "gatepost/codes/legacy_text.hpp"
#include "gatepost/codes/normalise.hpp"
#include "gatepost/codes/reply_code.hpp"
#include "gatepost/core/ascii.hpp"

namespace gatepost::codes {
namespace {

constexpr auto npos = std::string_view::npos;

/// One to three digits taken from the front of `text`; nullopt where there are none or more.
std::optional<std::uint16_t> take_number(std::string_view& text) {
  std::size_t length = 0;
  std::uint16_t value = 0;
  while (length < text.size() && length < 4 && is_digit(text[length])) {
    value = static_cast<std::uint16_t>(value * 10 + (text[length++] - '0'));
  }
  if (length == 0 || length > 3) return std::nullopt;
  text.remove_prefix(length);
  return value;
}

/// Reads "5.7.1" and leaves what follows it in `text`.
std::optional<EnhancedCode> take_enhanced(std::string_view& text) {
  std::string_view rest = text;
  EnhancedCode code;
  for (std::uint16_t* part : {&code.klass, &code.subject, &code.detail}) {
    if (part != &code.klass) {
      if (!rest.starts_with('.')) return std::nullopt;
      rest.remove_prefix(1);
    }
    const auto number = take_number(rest);
    if (!number) return std::nullopt;
    *part = *number;
  }
  if (code.klass != 2 && (code.klass < 4 || code.klass > 6)) return std::nullopt;
  text = rest;
  return code;
}

/// Where servers put the code elsewhere: "(#5.1.1)" of qmail, "cuda_nsu 4.7.1" of Barracuda.
std::optional<EnhancedCode> enhanced_within(std::string_view line, int code) {
  while (!line.empty()) {
    const std::size_t end = std::min(line.find(' '), line.size());
    std::string_view token = line.substr(0, end);
    while (!token.empty() && std::string_view("(#[<").find(token.front()) != npos) token.remove_prefix(1);
    const auto enhanced = take_enhanced(token);
    if (enhanced && enhanced->klass == code / 100 && token.find_first_not_of(")].,;:>") == npos) return enhanced;
    line.remove_prefix(std::min(end + 1, line.size()));
  }
  return std::nullopt;
}

/// People and logs also write "550: text".
std::optional<int> leading_code(std::string_view text) { return leading_reply_code(text, " -:"); }

/// Where a log line quotes the reply after words of its own ("host mx[192.0.2.1] said: 550 ..."), the place of the
/// code; npos otherwise.
std::size_t quoted_reply(std::string_view text) {
  for (std::size_t i = 0; i + 4 < text.size(); ++i) {
    if (text[i] != ':' && text[i] != ';' && text[i] != '>') continue;
    const std::size_t at = text[i + 1] == ' ' ? i + 2 : i + 1;
    const std::string_view rest = text.substr(at);
    if (rest.size() > 3 && (rest[0] == '4' || rest[0] == '5') && (rest[3] == ' ' || rest[3] == '-') &&
        leading_code(rest)) {
      return at;
    }
  }
  return npos;
}

/// Cuts "a 550-5.7.1 b 550 5.7.1 c" (several lines pasted as one) at the repeated codes.
void split_joined_lines(std::string_view line, std::string_view code, bool multi, std::vector<std::string>& out) {
  std::string_view head = line;
  const auto enhanced = take_enhanced(head);
  std::size_t begin = 0;
  for (std::size_t at = line.find(code); at != npos; at = line.find(code, at + 1)) {
    const std::size_t after = at + code.size();
    if (at == 0 || line[at - 1] != ' ' || after >= line.size()) continue;
    std::string_view rest = trim(line.substr(after + 1));
    const bool same_enhanced = enhanced && take_enhanced(rest) == enhanced;
    const bool next_line = (line[after] == '-' && (multi || same_enhanced)) ||
                           (line[after] == ' ' && (same_enhanced || (multi && !enhanced)));
    if (!next_line) continue;
    out.emplace_back(trim(line.substr(begin, at - begin)));
    begin = after + 1;
  }
  out.emplace_back(trim(line.substr(begin)));
}

std::vector<std::string> text_lines(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string line = clean_text(to_utf8(text.substr(0, end)));
    if (const std::string_view trimmed = trim(line); !trimmed.empty()) lines.emplace_back(trimmed);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

bool starts_with_smtp(std::string_view line) {
  return line.size() > 5 && equal_ignoring_case(line.substr(0, 5), "smtp;");
}

}  // namespace

std::string EnhancedCode::to_string() const {
  return std::to_string(klass) + '.' + std::to_string(subject) + '.' + std::to_string(detail);
}

std::optional<EnhancedCode> parse_enhanced(std::string_view text) {
  const auto code = take_enhanced(text);
  return code && (text.empty() || text.front() == ' ') ? code : std::nullopt;
}

std::string Reply::text() const {
  std::string joined;
  for (const std::string& line : lines) {
    if (line.empty()) continue;
    if (!joined.empty()) joined += ' ';
    joined += line;
  }
  return joined;
}

std::string Reply::to_string() const {
  std::string out = code != 0 ? std::to_string(code) : std::string();
  for (const std::string& part : {enhanced ? enhanced->to_string() : std::string(), text()}) {
    if (part.empty()) continue;
    if (!out.empty()) out += ' ';
    out += part;
  }
  return out;
}

Reply make_reply(int code, const std::vector<std::string>& lines) {
  Reply reply{code, std::nullopt, {}};
  for (const std::string& raw : lines) {
    const std::string line = clean_text(to_utf8(raw));
    std::string_view rest = trim(line);
    const auto enhanced = parse_enhanced(rest);
    if (enhanced && (!reply.enhanced || *enhanced == *reply.enhanced)) {
      reply.enhanced = enhanced;
      take_enhanced(rest);
    }
    reply.lines.emplace_back(trim(rest));
  }
  for (std::size_t i = 0; i < reply.lines.size() && !reply.enhanced && code >= 400; ++i) {
    reply.enhanced = enhanced_within(reply.lines[i], code);
  }
  return reply;
}

Reply parse_reply(std::string_view text) {
  std::vector<std::string> lines = text_lines(text);
  if (lines.empty()) return {};
  if (starts_with_smtp(lines.front())) lines.front() = trim(std::string_view(lines.front()).substr(5));
  std::vector<std::string> out;
  if (!leading_code(lines.front())) {
    const std::size_t at = quoted_reply(lines.front());
    if (at == npos) return make_reply(0, lines);
    out.emplace_back(lines.front().substr(0, at));
    lines.front().erase(0, at);
  }
  const std::string prefix = out.empty() ? std::string() : out.front();
  out.clear();
  const std::string digits = lines.front().substr(0, 3);
  const bool multi = lines.front().size() > 3 && lines.front()[3] == '-';
  for (const std::string& line : lines) {
    std::string_view rest = line;
    if (rest.starts_with(digits) && leading_code(rest)) rest.remove_prefix(std::min<std::size_t>(4, rest.size()));
    split_joined_lines(trim(rest), digits, multi, out);
  }
  Reply reply = make_reply(leading_code(digits).value_or(0), out);
  if (!prefix.empty()) reply.lines.insert(reply.lines.begin(), std::string(trim(prefix)));
  return reply;
}

}  // namespace gatepost::codes
