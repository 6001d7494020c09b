#include "gatepost/smtp/client/extensions.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "gatepost/core/ascii.hpp"

namespace gatepost::smtp {
namespace {

constexpr std::size_t max_names = 64;
constexpr std::size_t max_name_bytes = 20;  // of a SASL mechanism (RFC 4422 §3.1); XCLIENT's are shorter

constexpr std::array<std::pair<std::string_view, bool Extensions::*>, 9> switches = {{
    {"STARTTLS", &Extensions::starttls},
    {"PIPELINING", &Extensions::pipelining},
    {"8BITMIME", &Extensions::eight_bit_mime},
    {"SMTPUTF8", &Extensions::smtp_utf8},
    {"DSN", &Extensions::dsn},
    {"CHUNKING", &Extensions::chunking},
    {"BINARYMIME", &Extensions::binary_mime},
    {"REQUIRETLS", &Extensions::require_tls},
    {"MT-PRIORITY", &Extensions::mt_priority},
}};

std::string_view next_word(std::string_view& rest) {
  rest = trim_front(rest, " \t");
  const auto word = rest.substr(0, rest.find_first_of(" \t"));
  rest.remove_prefix(word.size());
  return word;
}

template <class Number>
std::optional<Number> read_number(std::string_view text) {
  Number value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= max_name_bytes && std::all_of(text.begin(), text.end(), [](char c) {
    return is_upper(c) || is_digit(c) || c == '-' || c == '_';
  });
}

void add_name(std::vector<std::string>& all, std::string_view word) {
  auto name = upper(word);
  if (all.size() == max_names || !is_name(name) || std::find(all.begin(), all.end(), name) != all.end()) return;
  all.push_back(std::move(name));
}

void add_names(std::vector<std::string>& all, std::string_view words) {
  for (auto word = next_word(words); !word.empty(); word = next_word(words)) add_name(all, word);
}

// RFC 1870 §3: without a number, or with 0, no maximum is named.
std::optional<std::uint64_t> read_size(std::string_view words) {
  const auto word = next_word(words);
  return word.empty() ? 0 : read_number<std::uint64_t>(word);
}

// RFC 9422 §4: "LIMITS MAILMAX=100 RCPTMAX=20"; none of them can be 0.
AnnouncedLimits read_limits(std::string_view words) {
  AnnouncedLimits limits;
  for (auto word = next_word(words); !word.empty(); word = next_word(words)) {
    const auto equals = word.find('=');
    if (equals == std::string_view::npos) continue;
    const auto value = read_number<std::uint32_t>(word.substr(equals + 1));
    if (!value || *value == 0) continue;
    const auto name = upper(word.substr(0, equals));
    if (name == "MAILMAX") limits.mail_max = value;
    if (name == "RCPTMAX") limits.rcpt_max = value;
    if (name == "RCPTDOMAINMAX") limits.rcpt_domain_max = value;
  }
  return limits;
}

void read_line(Extensions& found, std::string_view line, const std::vector<std::string>& without) {
  auto rest = line;
  const auto keyword = upper(next_word(rest));
  const auto name = keyword.substr(0, keyword.find('='));  // "AUTH=PLAIN"
  if (std::find(without.begin(), without.end(), name) != without.end()) return;
  for (const auto& [known, member] : switches) {
    if (keyword == known) found.*member = true;
  }
  if (keyword == "SIZE") {
    found.size = read_size(rest);
  } else if (keyword == "AUTH") {
    add_names(found.auth, rest);
  } else if (keyword.starts_with("AUTH=")) {  // before RFC 2554
    add_name(found.auth, std::string_view(keyword).substr(5));
    add_names(found.auth, rest);
  } else if (keyword == "DELIVERBY") {
    found.deliver_by = read_number<std::uint32_t>(next_word(rest)).value_or(0);
  } else if (keyword == "FUTURERELEASE") {
    auto& release = found.future_release.emplace();
    release.max_interval = read_number<std::uint32_t>(next_word(rest)).value_or(0);
    release.max_date_time = next_word(rest);
  } else if (keyword == "LIMITS") {
    found.limits = read_limits(rest);
  } else if (keyword == "XCLIENT") {
    add_names(found.xclient.emplace(), rest);
  }
}

}  // namespace

Extensions read_extensions(const std::vector<std::string_view>& lines, const std::vector<std::string>& without) {
  Extensions found;
  for (std::size_t i = 1; i < lines.size(); ++i) {
    const auto line = lines[i].substr(std::min<std::size_t>(lines[i].size(), 4));
    found.lines.emplace_back(line);
    read_line(found, line, without);
  }
  return found;
}

}  // namespace gatepost::smtp
