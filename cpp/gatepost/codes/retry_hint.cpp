#include "gatepost/codes/retry_hint.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "gatepost/core/ascii.hpp"

namespace gatepost::codes {
namespace {

constexpr int longest = 7 * 86400;

using Words = std::vector<std::string_view>;

template <std::size_t N>
bool any_of(const std::array<std::string_view, N>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

constexpr std::array<std::string_view, 15> cues = {"in",    "after", "for",    "wait",        "within",
                                                   "retry", "again", "dans",   "apres",       "pendant",
                                                   "через", "на",    "спустя", "retry-after", "подождите"};
constexpr std::array<std::string_view, 10> fillers = {"at",   "least", "about",   "another",       "around",
                                                      "next", "the",   "минимум", "approximately", "further"};
/// "100 messages in 1 hour" states a limit, not a time to wait.
constexpr std::array<std::string_view, 13> counted = {"messages",   "message",     "mails",   "emails", "letters",
                                                      "recipients", "connections", "писем",   "письма", "сообщений",
                                                      "requests",   "limit",       "sessions"};
constexpr std::array<std::string_view, 3> ones = {"a", "an", "une"};
constexpr std::array<std::string_view, 4> few = {"few", "several", "несколько", "quelques"};

struct Unit {
  std::string_view prefix;
  int seconds;
};
constexpr std::array<Unit, 16> units = {{{"second", 1},
                                         {"sec", 1},
                                         {"секунд", 1},
                                         {"сек", 1},
                                         {"minut", 60},
                                         {"min", 60},
                                         {"минут", 60},
                                         {"мин", 60},
                                         {"hour", 3600},
                                         {"hr", 3600},
                                         {"heure", 3600},
                                         {"час", 3600},
                                         {"day", 86400},
                                         {"jour", 86400},
                                         {"дн", 86400},
                                         {"сут", 86400}}};

int unit_seconds(std::string_view word) {
  if (word == "s") return 1;
  if (word == "m") return 60;
  if (word == "h" || word == "ч") return 3600;
  if (word == "d" || word == "день") return 86400;
  for (const Unit& unit : units) {
    if (word.starts_with(unit.prefix)) return unit.seconds;
  }
  return 0;
}

Words split(std::string_view text) {
  Words words;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    if (end > 0) words.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

struct Number {
  int value;
  std::string_view attached;  ///< "s" of "300s"
  int tenths = 0;             ///< of "1.5"
};

struct Word {
  std::string_view name;
  int value;
};
constexpr std::array<Word, 18> spoken = {{{"one", 1},
                                          {"two", 2},
                                          {"three", 3},
                                          {"four", 4},
                                          {"five", 5},
                                          {"six", 6},
                                          {"ten", 10},
                                          {"twelve", 12},
                                          {"fifteen", 15},
                                          {"twenty", 20},
                                          {"thirty", 30},
                                          {"sixty", 60},
                                          {"два", 2},
                                          {"две", 2},
                                          {"три", 3},
                                          {"пять", 5},
                                          {"десять", 10},
                                          {"тридцать", 30}}};

std::optional<Number> read_number(std::string_view word) {
  int value = 0;
  std::size_t length = 0;
  while (length < word.size() && length < 7 && is_digit(word[length])) {
    value = value * 10 + (word[length++] - '0');
  }
  if (length == 0) {
    const auto* const word_of =
        std::find_if(spoken.begin(), spoken.end(), [&](const Word& w) { return w.name == word; });
    return word_of == spoken.end() ? std::nullopt : std::optional(Number{word_of->value, {}});
  }
  int tenths = 0;
  if (length + 1 < word.size() && word[length] == '.' && is_digit(word[length + 1])) {
    tenths = word[length + 1] - '0';
    length += 2;
    while (length < word.size() && is_digit(word[length])) ++length;
  }
  if (length < word.size() && word[length] == '-') ++length;
  return Number{value, word.substr(length), tenths};
}

bool is_cue(const Words& words, std::size_t at) {
  return any_of(cues, words[at]) && (at == 0 || !any_of(counted, words[at - 1]));
}

/// Whether the words before place `at` announce a time to wait.
bool announced(const Words& words, std::size_t at) {
  while (at > 0 && any_of(fillers, words[at - 1])) --at;
  return at > 0 && is_cue(words, at - 1);
}

bool two_digits(std::string_view word) {
  const auto number = read_number(word);
  return number && word.size() == 2 && number->attached.empty();
}

/// The seconds of "30 minutes" in "1 hour and 30 minutes", from place `i` on.
int following(const Words& words, std::size_t i) {
  if (i < words.size() && words[i] == "s") ++i;  // of "hour(s)"
  if (i < words.size() && (words[i] == "and" || words[i] == "и")) ++i;
  if (i >= words.size()) return 0;
  const std::string_view next = i + 1 < words.size() ? words[i + 1] : std::string_view{};
  if (words[i] == "a" && next == "half") return 1800;
  const auto number = read_number(words[i]);
  if (!number || number->value >= 60) return 0;
  const int unit = unit_seconds(number->attached.empty() ? next : number->attached);
  return unit < 3600 ? number->value * unit : 0;
}

/// "half an hour", "полчаса", "полтора часа".
int half_at(const Words& words, std::size_t i) {
  if (words[i].starts_with("полчаса")) return 1800;
  if (words[i] == "полтора" && i + 1 < words.size()) return unit_seconds(words[i + 1]) * 3 / 2;
  if (words[i] != "half" || i + 1 >= words.size()) return 0;
  const std::size_t unit = any_of(ones, words[i + 1]) ? i + 2 : i + 1;
  return unit < words.size() ? unit_seconds(words[unit]) / 2 : 0;
}

int duration_at(const Words& words, std::size_t i) {
  if (const int half = half_at(words, i); half != 0 && announced(words, i)) return half;
  const std::string_view next = i + 1 < words.size() ? words[i + 1] : std::string_view{};
  if (const auto number = read_number(words[i])) {
    const bool said = announced(words, i);
    if (said && i + 2 < words.size() && two_digits(words[i]) && two_digits(next) && two_digits(words[i + 2])) {
      return number->value * 3600 + read_number(next)->value * 60 + read_number(words[i + 2])->value;
    }
    const bool attached = !number->attached.empty();
    const int unit = unit_seconds(attached ? number->attached : next);
    const std::size_t after = attached ? i + 1 : i + 2;
    const bool later = after < words.size() && (words[after] == "later" || words[after] == "позже");
    if (unit != 0 && (said || later)) {
      const int seconds = std::min(number->value, longest) * unit + number->tenths * unit / 10;
      return seconds + following(words, after);
    }
    if (!attached && i > 1 && words[i - 1] == "after" && words[i - 2] == "retry") return number->value;
    return !attached && i > 0 && words[i - 1] == "retry-after" ? number->value : 0;
  }
  if (any_of(few, words[i])) return unit_seconds(next) * 5;
  if (any_of(ones, words[i]) && announced(words, i)) {
    const int unit = unit_seconds(next);
    return unit == 0 ? 0 : unit + following(words, i + 2);
  }
  if (i > 0 && words[i - 1] == "через") return unit_seconds(words[i]);
  return 0;
}

}  // namespace

int retry_hint_seconds(std::string_view text) {
  const Words words = split(text);
  for (std::size_t i = 0; i < words.size(); ++i) {
    const int seconds = duration_at(words, i);
    if (seconds > 0) return std::min(seconds, longest);
  }
  return 0;
}

}  // namespace gatepost::codes
