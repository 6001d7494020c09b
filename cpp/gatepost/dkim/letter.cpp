#include "gatepost/dkim/letter.hpp"

#include "gatepost/core/ids.hpp"

namespace gatepost::dkim {

namespace {
constexpr auto npos = std::string_view::npos;
constexpr std::size_t most_fields = 10'000;
}  // namespace

bool same_name(std::string_view a, std::string_view b) { return equal_ignoring_case(a, b); }

Letter split_letter(std::string_view raw) {
  Letter letter;
  std::size_t at = 0;
  while (at < raw.size() && letter.fields.size() < most_fields) {
    if (raw.substr(at, 2) == "\r\n") {
      letter.body = raw.substr(at + 2);
      break;
    }
    auto end = raw.find("\r\n", at);
    while (end != npos && end + 2 < raw.size() && (raw[end + 2] == ' ' || raw[end + 2] == '\t')) {
      end = raw.find("\r\n", end + 2);
    }
    const auto whole = raw.substr(at, end == npos ? npos : end - at);
    const auto colon = whole.find(':');
    if (colon != npos && colon > 0) {
      const auto name = whole.substr(0, whole.find_last_not_of(" \t", colon - 1) + 1);
      if (!name.empty()) letter.fields.push_back({name, whole});
    }
    if (end == npos) break;
    at = end + 2;
  }
  return letter;
}

std::string_view with_crlf(std::string_view raw, std::string& storage) {
  if (raw.find('\n') == npos || raw.find("\r\n") != npos) return raw;
  storage.clear();
  storage.reserve(raw.size() + raw.size() / 32);
  for (const char c : raw) {
    if (c == '\n') storage.push_back('\r');
    storage.push_back(c);
  }
  return storage;
}

}  // namespace gatepost::dkim
