#include "gatepost/smtp/client/extensions.hpp"

#include <algorithm>
#include <charconv>

namespace gatepost::smtp {
namespace {

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return out;
}

std::string_view next_word(std::string_view& rest) {
  const auto begin = std::min(rest.find_first_not_of(" \t"), rest.size());
  rest.remove_prefix(begin);
  const auto word = rest.substr(0, rest.find_first_of(" \t"));
  rest.remove_prefix(word.size());
  return word;
}

void add_mechanism(std::vector<std::string>& all, std::string_view name) {
  auto mechanism = upper(name);
  if (!mechanism.empty() && std::find(all.begin(), all.end(), mechanism) == all.end())
    all.push_back(std::move(mechanism));
}

}  // namespace

Extensions read_extensions(const std::vector<std::string_view>& lines) {
  Extensions found;
  for (std::size_t i = 1; i < lines.size(); ++i) {
    auto rest = lines[i].substr(std::min<std::size_t>(lines[i].size(), 4));
    found.lines.emplace_back(rest);
    const auto keyword = upper(next_word(rest));
    if (keyword == "STARTTLS") {
      found.starttls = true;
    } else if (keyword == "PIPELINING") {
      found.pipelining = true;
    } else if (keyword == "8BITMIME") {
      found.eight_bit_mime = true;
    } else if (keyword == "SMTPUTF8") {
      found.smtp_utf8 = true;
    } else if (keyword == "SIZE") {
      const auto number = next_word(rest);
      std::uint64_t value = 0;
      const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), value);
      if (number.empty()) {
        found.size = 0;  // RFC 1870 §3: no fixed maximum is named
      } else if (error == std::errc{} && end == number.data() + number.size()) {
        found.size = value;
      }
    } else if (keyword == "AUTH" || keyword.starts_with("AUTH=")) {
      if (keyword.size() > 5) add_mechanism(found.auth, std::string_view(keyword).substr(5));
      for (auto word = next_word(rest); !word.empty(); word = next_word(rest)) add_mechanism(found.auth, word);
    }
  }
  return found;
}

}  // namespace gatepost::smtp
