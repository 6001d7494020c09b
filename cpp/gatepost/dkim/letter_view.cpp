#include "gatepost/dkim/letter_view.hpp"

#include <algorithm>

#include "gatepost/core/ascii.hpp"

namespace gatepost::dkim {

namespace {

constexpr auto npos = std::string_view::npos;
constexpr std::size_t most_fields = 10'000;

/// Whether all CRs and LFs of a field are those of its folds.
bool folds_cleanly(std::string_view whole) {
  auto folds = std::count(whole.begin(), whole.end(), '\n');
  if (std::count(whole.begin(), whole.end(), '\r') != folds) return false;
  for (auto at = whole.find("\r\n"); at != npos; at = whole.find("\r\n", at + 2)) --folds;
  return folds == 0;
}

/// "" where the line is no field. A name has no space in it but behind it (RFC 5322 §4.5.8).
std::string_view name_of(std::string_view whole) {
  const auto colon = whole.find(':');
  if (colon == npos || colon == 0) return {};
  const auto name = trim_back(whole.substr(0, colon), " \t");
  const bool clean = std::all_of(name.begin(), name.end(), [](char c) { return c > ' ' && c != 0x7F; });
  return clean ? name : std::string_view();
}

}  // namespace

LetterView split_letter(std::string_view raw) {
  LetterView letter;
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
    const auto name = name_of(whole);
    if (!name.empty()) letter.fields.push_back({name, whole});
    const bool mbox_line = at == 0 && whole.starts_with("From ");
    letter.well_formed = letter.well_formed && (!name.empty() || mbox_line) && folds_cleanly(whole);
    if (end == npos) break;
    at = end + 2;
  }
  letter.well_formed = letter.well_formed && letter.fields.size() < most_fields;
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
