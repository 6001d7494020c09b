#include "gatepost/mime/encoding/charset_guess.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>

#include "gatepost/core/ascii.hpp"

namespace gatepost::mime {

namespace {

/// 1 to 32: а to я, ё as е; 33 to 64: А to Я; 0: no letter of theirs.
using Letters = std::array<std::uint8_t, 256>;

constexpr int alphabet = 32;

/// How often a letter stands in Russian text, 1 to 7: doubling roughly with each step. From а to я.
constexpr std::array<int, alphabet> frequency{7, 4, 6, 5, 5, 7, 3, 4, 7, 4, 5, 6, 5, 7, 7, 5,
                                              6, 6, 6, 5, 1, 4, 2, 4, 3, 2, 1, 4, 4, 1, 3, 5};

constexpr void put(Letters& letters, std::size_t byte, int first, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) letters[byte + i] = static_cast<std::uint8_t>(first + static_cast<int>(i));
}

constexpr int lower = 1;
constexpr int upper = 1 + alphabet;

constexpr void put_yo(Letters& letters, std::size_t small, std::size_t capital) {
  put(letters, small, lower + 5, 1);
  put(letters, capital, upper + 5, 1);
}

constexpr Letters windows_1251() {
  Letters letters{};
  put(letters, 0xC0, upper, 32);
  put(letters, 0xE0, lower, 32);
  put_yo(letters, 0xB8, 0xA8);
  return letters;
}

constexpr Letters koi8_r() {
  constexpr std::array<std::uint8_t, 32> order{30, 0,  1,  22, 4,  5,  20, 3, 21, 8,  9, 10, 11, 12, 13, 14,
                                               15, 31, 16, 17, 18, 19, 6,  2, 28, 27, 7, 24, 29, 25, 23, 26};
  Letters letters{};
  for (std::size_t i = 0; i < order.size(); ++i) {
    letters[0xC0 + i] = static_cast<std::uint8_t>(lower + order[i]);
    letters[0xE0 + i] = static_cast<std::uint8_t>(upper + order[i]);
  }
  put_yo(letters, 0xA3, 0xB3);
  return letters;
}

constexpr Letters cp866() {
  Letters letters{};
  put(letters, 0x80, upper, 32);
  put(letters, 0xA0, lower, 16);
  put(letters, 0xE0, lower + 16, 16);
  put_yo(letters, 0xF1, 0xF0);
  return letters;
}

constexpr Letters iso_8859_5() {
  Letters letters{};
  put(letters, 0xB0, upper, 32);
  put(letters, 0xD0, lower, 32);
  put_yo(letters, 0xF1, 0xA1);
  return letters;
}

constexpr Letters mac_cyrillic() {
  Letters letters{};
  put(letters, 0x80, upper, 32);
  put(letters, 0xE0, lower, 31);
  put(letters, 0xDF, lower + 31, 1);
  put_yo(letters, 0xDE, 0xDD);
  return letters;
}

struct Candidate {
  std::string_view name;
  Letters letters;
  long handicap = 0;  ///< by how many points it has to be better than those before it
};

constexpr std::array<Candidate, 5> candidates{{{"CP1251", windows_1251()},
                                               {"KOI8-R", koi8_r()},
                                               {"CP866", cp866()},
                                               {"ISO-8859-5", iso_8859_5()},
                                               {"MAC-CYRILLIC", mac_cyrillic(), 10}}};

/// How a text reads in a charset. `points`: frequent letters speak for it, capitals behind small letters against it.
struct Reading {
  long points = 0;
  long letters = 0;
  long signs = 0;               ///< beyond ASCII
  std::uint64_t different = 0;  ///< a bit for each letter

  long score() const { return points - 6 * signs; }
  /// A letter's points in tenths: about 57 in Russian, whatever it is about.
  long average() const { return letters == 0 ? 0 : points * 10 / letters; }
  /// The same of all that is beyond ASCII, signs being bad letters.
  long quality() const { return letters + signs == 0 ? 0 : score() * 10 / (letters + signs); }
  int different_letters() const { return std::popcount(different); }
};

Reading read(std::string_view bytes, const Letters& letters) {
  constexpr long capital_inside = -8;
  Reading reading;
  bool behind_lower = false;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      behind_lower = false;
      continue;
    }
    const int letter = letters[byte];
    if (letter == 0) {
      ++reading.signs;
    } else {
      const auto place = static_cast<std::size_t>((letter - 1) % alphabet);
      ++reading.letters;
      reading.points += frequency[place];
      reading.different |= std::uint64_t{1} << place;
      if (letter >= upper && behind_lower) reading.points += capital_inside;
    }
    behind_lower = letter != 0 && letter < upper;
  }
  return reading;
}

struct Guess {
  const Candidate* charset;
  Reading reading;
};

Guess best_reading(std::string_view bytes) {
  Guess best{&candidates.front(), read(bytes, candidates.front().letters)};
  for (const Candidate& candidate : candidates) {
    const Reading own = read(bytes, candidate.letters);
    if (own.score() - candidate.handicap > best.reading.score()) best = {&candidate, own};
  }
  return best;
}

std::string_view beginning_of(std::string_view bytes) { return bytes.substr(0, 1 << 16); }

struct HighBytes {
  std::size_t in_latin_words = 0;
  std::size_t in_own_words = 0;  ///< of three or more; fewer may be signs, or the French for "to"
  std::size_t longest_own_word = 0;
};

/// Where the bytes beyond ASCII stand.
HighBytes high_bytes(std::string_view bytes) {
  const auto is_latin = [&](std::size_t at) { return at < bytes.size() && is_alpha(bytes[at]); };
  HighBytes found;
  for (std::size_t begin = 0; begin < bytes.size(); ++begin) {
    std::size_t end = begin;
    while (end < bytes.size() && static_cast<unsigned char>(bytes[end]) >= 0x80) ++end;
    if (end == begin) continue;
    if ((begin > 0 && is_latin(begin - 1)) || is_latin(end)) {
      found.in_latin_words += end - begin;
    } else {
      found.longest_own_word = std::max(found.longest_own_word, end - begin);
      if (end - begin >= 3) found.in_own_words += end - begin;
    }
    begin = end;
  }
  return found;
}

bool is_russian(const Reading& reading) {
  constexpr long enough = 50;
  return reading.average() >= enough && reading.different_letters() >= 4 && reading.letters >= 2 * reading.signs;
}

}  // namespace

std::string_view guess_russian_charset(std::string_view bytes) {
  return best_reading(beginning_of(bytes)).charset->name;
}

std::string_view guess_charset(std::string_view bytes) {
  return reads_as_western(bytes) ? "CP1252" : guess_russian_charset(bytes);
}

std::string_view russian_behind_label(std::string_view bytes, std::string_view labelled) {
  bytes = beginning_of(bytes);
  if (labelled == "CP1252" || labelled == "ISO-8859-15") {
    const HighBytes high = high_bytes(bytes);
    if (high.in_own_words < 6 || high.in_latin_words * 8 > high.in_own_words) return {};
    const Guess guess = best_reading(bytes);
    return is_russian(guess.reading) ? guess.charset->name : std::string_view();
  }
  const auto* said = std::ranges::find(candidates, labelled, &Candidate::name);
  if (said == candidates.end()) return {};
  constexpr long enough_to_judge = 12;
  constexpr long clearly_better = 9;  // no Slavic text that is labelled right gains as much
  const Reading as_said = read(bytes, said->letters);
  const Guess guess = best_reading(bytes);
  // Mac's small letters are those of CP1251: nothing but quotation marks would decide.
  if (guess.reading.letters < enough_to_judge || guess.charset->name == "MAC-CYRILLIC") return {};
  const bool is_text = as_said.letters >= 2 * as_said.signs;
  const long gain = is_text ? guess.reading.average() - as_said.average() : guess.reading.quality() - as_said.quality();
  return gain >= clearly_better && is_russian(guess.reading) ? guess.charset->name : std::string_view();
}

bool reads_as_russian(std::string_view bytes) { return is_russian(best_reading(beginning_of(bytes)).reading); }

bool reads_as_western(std::string_view bytes) {
  const HighBytes high = high_bytes(bytes);
  // One sign alone may be a dash or a quotation mark of any charset.
  return high.in_latin_words > 0 && high.longest_own_word <= 1;
}

}  // namespace gatepost::mime
