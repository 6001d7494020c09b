#include <algorithm>
#include <cstdint>

#include "gatepost/core/base64.hpp"
#include "gatepost/mime/encoding/lenient_base64.hpp"

namespace gatepost::mime {

namespace {

class Decoder {
 public:
  Decoder(std::string& out, bool& odd) : to_(out.data()), odd_(odd) {}

  /// Takes whole groups as long as nothing else comes; returns how many characters it took.
  std::size_t whole_groups(std::string_view text) {
    std::size_t at = 0;
    for (; sextets_ == 0 && at + 4 <= text.size(); at += 4) {
      const std::uint32_t a = base64_digit(text[at]), b = base64_digit(text[at + 1]), c = base64_digit(text[at + 2]),
                          d = base64_digit(text[at + 3]);
      if ((a | b | c | d) > 63) break;
      put(a << 18 | b << 12 | c << 6 | d);
    }
    if (at > 0) begin_group();
    return at;
  }

  void take(char c) {
    const std::uint8_t value = base64_digit(c);
    if (value == no_base64_digit) {
      if (c == '=') {
        end_group();
        padded_ = true;
      } else if (c != '\r' && c != '\n' && c != ' ' && c != '\t') {
        odd_ = true;
      }
      return;
    }
    begin_group();
    bits_ = bits_ << 6 | value;
    if (++sextets_ < 4) return;
    put(bits_);
    bits_ = 0;
    sextets_ = 0;
  }

  /// Whether whole groups have been read, and padding ended the last.
  bool at_the_end() const { return sextets_ == 0 && padded_; }

  const char* finish() {
    if (sextets_ > 0) odd_ = true;
    end_group();
    return to_;
  }

 private:
  void put(std::uint32_t group) {
    *to_++ = static_cast<char>(group >> 16);
    *to_++ = static_cast<char>((group >> 8) & 0xFF);
    *to_++ = static_cast<char>(group & 0xFF);
  }

  /// Digits come: padding that stands before them is in the middle.
  void begin_group() {
    if (padded_) odd_ = true;
    padded_ = false;
  }

  /// A group that padding or the end cut short.
  void end_group() {
    if (sextets_ == 1) odd_ = true;
    if (sextets_ >= 2) *to_++ = static_cast<char>(bits_ >> (sextets_ == 2 ? 4 : 10));
    if (sextets_ == 3) *to_++ = static_cast<char>((bits_ >> 2) & 0xFF);
    bits_ = 0;
    sextets_ = 0;
  }

  char* to_;
  bool& odd_;
  std::uint32_t bits_ = 0;
  int sextets_ = 0;
  bool padded_ = false;
};

/// Whether a line is no base64, but words.
bool is_plain_line(std::string_view rest) {
  const auto line = rest.substr(0, rest.find('\n'));
  return std::ranges::any_of(line, [](char c) {
    return base64_digit(c) == no_base64_digit && c != '=' && c != '\r' && c != ' ' && c != '\t';
  });
}

}  // namespace

std::string decode_lenient_base64(std::string_view text, bool& odd) {
  std::string out(text.size() / 4 * 3 + 3, '\0');
  Decoder decoder(out, odd);
  std::string_view footer;
  for (std::size_t at = 0; at < text.size();) {
    at += decoder.whole_groups(text.substr(at));
    if (at == text.size()) break;
    decoder.take(text[at++]);
    if (text[at - 1] == '\n' && decoder.at_the_end() && is_plain_line(text.substr(at))) {
      footer = text.substr(at);
      break;
    }
  }
  out.resize(static_cast<std::size_t>(decoder.finish() - out.data()));
  if (footer.empty()) return out;
  odd = true;
  if (!out.ends_with('\n')) out += "\r\n";
  return out.append(footer);
}

}  // namespace gatepost::mime
