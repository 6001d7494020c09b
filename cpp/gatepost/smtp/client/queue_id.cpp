#include "gatepost/smtp/client/queue_id.hpp"

#include <algorithm>

#include "gatepost/core/ascii.hpp"

namespace gatepost::smtp {
namespace {

constexpr auto npos = std::string_view::npos;

std::size_t find_ignoring_case(std::string_view text, std::string_view word) {
  for (std::size_t i = 0; i + word.size() <= text.size(); ++i) {
    if (equal_ignoring_case(text.substr(i, word.size()), word)) return i;
  }
  return npos;
}

/// The word at the beginning of `text`, without brackets and punctuation around it.
std::string_view first_word(std::string_view text) {
  text = trim_front(text, " \t");
  text = text.substr(0, text.find_first_of(" \t"));
  return trim_back(trim_front(text, "<(["), ">)],;.");
}

std::string_view behind(std::string_view text, std::string_view words) {
  const auto at = find_ignoring_case(text, words);
  return at == npos ? std::string_view{} : first_word(text.substr(at + words.size()));
}

/// A word that no server says for its own sake: it holds a digit and nothing but what ids are made of.
bool looks_like_id(std::string_view word) {
  return word.size() >= 4 && std::any_of(word.begin(), word.end(), is_digit) &&
         std::all_of(word.begin(), word.end(),
                     [](char c) { return is_alnum(c) || std::string_view("-_.@+/=:").find(c) != npos; });
}

}  // namespace

std::string find_queue_id(std::string_view text) {
  if (const auto queued = find_ignoring_case(text, "queued"); queued != npos) {  // "queued [on HOST] as ID"
    const auto id = behind(text.substr(queued), " as ");
    if (!id.empty()) return std::string(id);
  }
  for (const std::string_view words : {"queued with id ", "id=", "InternalId=", "queue id ", "queueid "}) {
    auto id = behind(text, words);
    id = id.substr(0, id.find(','));
    if (!id.empty()) return std::string(id);
  }

  if (text.ends_with(" - gsmtp")) {  // "OK  1678886400 a1-20020a...si123 - gsmtp": time, then the id
    text.remove_suffix(8);
    return std::string(text.substr(text.rfind(' ') + 1));
  }

  std::string_view rest = text;
  if (equal_ignoring_case(rest.substr(0, 2), "ok")) {
    rest.remove_prefix(2);
    if (rest.starts_with(':') || rest.starts_with(',')) rest.remove_prefix(1);
    if (!rest.empty() && rest.front() != ' ') return {};
  } else if (find_ignoring_case(text, "accepted") == npos && find_ignoring_case(text, "queued") == npos) {
    return {};
  }
  const auto id = first_word(rest);
  return looks_like_id(id) ? std::string(id) : std::string();
}

}  // namespace gatepost::smtp
