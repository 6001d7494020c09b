#include "gatepost/codes/refusing_reply.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "gatepost/codes/reply_code.hpp"
#include "gatepost/core/ascii.hpp"

namespace gatepost::codes {
namespace {

constexpr auto npos = std::string_view::npos;

/// What logs put before the words of a server.
constexpr std::array<std::string_view, 14> server_marks = {"<<< ",  "<-- ",     "<- ",     "<= ",       "<~ ",
                                                           "< ",    "s: ",      "r: ",     ">> ",       "recv: ",
                                                           "recv ", "server: ", "reply: ", "response: "};
/// And before those of a client, which are no replies.
constexpr std::array<std::string_view, 8> client_marks = {">>> ", "--> ",   "-> ",      "~> ",
                                                          "c: ",  "send: ", "client: ", "> "};
/// Replies to commands that a refusal made pointless.
constexpr std::array<std::string_view, 8> consequences = {"need rcpt",           "need mail",   "valid rcpt",
                                                          "no valid recipients", "rcpt first",  "mail first",
                                                          "no recipients",       "bad sequence"};
/// Log lines say with these words what became of a letter, and quote the reply after them.
constexpr std::array<std::string_view, 4> verdicts = {"status=bounced", "status=deferred",
                                                      "said: ", "smtp error from remote"};

struct Found {
  int code;
  std::string text;
};

std::vector<std::string_view> split_lines(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

bool has_any(std::string_view text, const auto& words) {
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return text.find(word) != npos; });
}

/// The reply in a line of a log: at its beginning, or behind a mark after a time or a name. Empty where there is none.
std::string_view reply_in(std::string_view line) {
  const std::string_view trimmed = trim(line);
  if (leading_reply_code(trimmed)) return trimmed;
  const std::string low = lower(trimmed.substr(0, std::min<std::size_t>(trimmed.size(), 120)));
  for (const std::string_view mark : client_marks) {
    if (low.starts_with(mark)) return {};
  }
  std::size_t best = npos;
  for (const std::string_view mark : server_marks) {
    for (std::size_t at = low.find(mark); at != npos; at = low.find(mark, at + 1)) {
      if (at > 0 && is_alnum(low[at - 1])) continue;
      const std::string_view rest = trim(trimmed.substr(at + mark.size()));
      if (leading_reply_code(rest)) best = std::min(best, static_cast<std::size_t>(rest.data() - trimmed.data()));
    }
  }
  return best == npos ? std::string_view{} : trimmed.substr(best);
}

/// The value of the last Diagnostic-Code field, unfolded.
std::string diagnostic_code(const std::vector<std::string_view>& lines) {
  std::string value;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    constexpr std::string_view name = "diagnostic-code:";
    if (lines[i].size() < name.size() || !equal_ignoring_case(lines[i].substr(0, name.size()), name)) continue;
    value = trim(lines[i].substr(name.size()));
    while (i + 1 < lines.size() && (lines[i + 1].starts_with(' ') || lines[i + 1].starts_with('\t'))) {
      value += ' ';
      value += trim(lines[++i]);
    }
  }
  return value;
}

/// Every reply, with the lines that go on with the same code joined.
std::vector<Found> replies_in(const std::vector<std::string_view>& lines) {
  std::vector<Found> found;
  bool goes_on = false;
  for (const std::string_view line : lines) {
    const std::string_view reply = reply_in(line);
    const auto code = leading_reply_code(reply);
    if (!code) {
      if (!trim(line).empty()) goes_on = false;
      continue;
    }
    if (goes_on && found.back().code == *code) {
      found.back().text += '\n';
      found.back().text += reply;
    } else {
      found.push_back({*code, std::string(reply)});
    }
    goes_on = reply.size() > 3 && reply[3] == '-';
  }
  return found;
}

}  // namespace

std::string refusing_reply(std::string_view text) {
  const std::vector<std::string_view> lines = split_lines(text);
  if (lines.size() < 2) return std::string(text);
  if (std::string diagnostic = diagnostic_code(lines); !diagnostic.empty()) return diagnostic;
  const std::vector<Found> found = replies_in(lines);
  const Found* refusal = nullptr;
  for (const Found& reply : found) {
    if (reply.code < 400 || (refusal != nullptr && has_any(lower(std::string_view(reply.text)), consequences)))
      continue;
    refusal = &reply;
  }
  if (found.size() == 1 && leading_reply_code(trim(text))) return std::string(text);  // its other lines belong to it
  if (refusal != nullptr) return refusal->text;
  for (auto line = lines.rbegin(); found.empty() && line != lines.rend(); ++line) {
    if (has_any(lower(*line), verdicts)) return std::string(*line);
  }
  return std::string(text);
}

}  // namespace gatepost::codes
