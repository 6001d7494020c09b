#include "gatepost/mime/compose/header_fields.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "gatepost/core/ascii.hpp"
#include "gatepost/core/char_set.hpp"
#include "gatepost/core/utf8.hpp"
#include "gatepost/mime/address/atext.hpp"
#include "gatepost/mime/header/header_line.hpp"

namespace gatepost::mime {

namespace {

constexpr std::string_view blanks = " \t";
constexpr CharSet blank(blanks);
constexpr std::size_t max_plain_word = 900;
constexpr std::size_t max_plain_space = 30;
constexpr std::size_t max_plain_name = 60;

bool must_encode(std::string_view word) {
  return word.size() > max_plain_word || !is_ascii(word) || word.find("=?") != std::string_view::npos;
}

/// A stretch of white space and the words behind it, up to `end`.
struct Stretch {
  std::string_view space;
  std::string_view words;
  bool encode = false;
};

/// Takes the next stretch off `rest`: one plain word, or as many as must be encoded in a row.
Stretch take_stretch(std::string_view& rest, bool first, bool after_encoded) {
  const std::size_t begin = std::min(rest.find_first_not_of(blanks), rest.size());
  Stretch stretch{rest.substr(0, begin), {}, false};
  std::size_t word_begin = begin;
  std::size_t end = begin;
  for (;;) {
    const std::size_t word_end = std::min(blank.find_in(rest, word_begin), rest.size());
    const std::size_t next = rest.find_first_not_of(blanks, word_end);
    const bool trailing_space = next == std::string_view::npos && word_end < rest.size();
    const bool encode = must_encode(rest.substr(word_begin, word_end - word_begin)) || trailing_space;
    if (word_begin > begin && !encode) break;
    stretch.encode = encode;
    end = trailing_space ? rest.size() : word_end;
    if (!encode || next == std::string_view::npos) break;
    word_begin = next;
  }
  stretch.words = rest.substr(begin, end - begin);
  // White space that readers would drop is encoded with the word: at the ends, in long runs, between encoded-words.
  const bool lost = first ? begin > 0 : begin > max_plain_space || (stretch.encode && after_encoded);
  if (lost) {
    const std::size_t parting = first || after_encoded ? 0 : 1;  // the one behind a plain word stays outside
    stretch.encode = true;
    stretch.words = rest.substr(parting, end - parting);
    stretch.space = parting == 1 ? rest.substr(0, 1) : " ";
  } else if (first) {
    stretch.space = " ";
  }
  rest.remove_prefix(end);
  return stretch;
}

/// Whether a display name can stand as the words it is made of (RFC 5322 §3.2.5 phrase).
bool is_phrase(std::string_view name) {
  bool space = true;
  for (const char c : name) {
    if (c == ' ' ? space : !is_atext(c)) return false;
    space = c == ' ';
  }
  return !space;
}

bool must_encode_name(std::string_view name) {
  return !is_ascii(name) || name.size() > max_plain_name || name.find("=?") != std::string_view::npos;
}

/// `tail` is glued to the end.
void add_name(HeaderLine& line, std::string_view name, std::string_view tail = "") {
  if (must_encode_name(name)) {
    line.encoded(name, " ", tail);
    return;
  }
  if (is_phrase(name)) {
    for (std::size_t end = name.find(' '); end != std::string_view::npos; end = name.find(' ')) {
      line.token(name.substr(0, end));
      name.remove_prefix(end + 1);
    }
    line.token(std::string(name) += tail);
    return;
  }
  std::string quoted = "\"";
  for (const char c : name) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  quoted += '"';
  line.token(quoted += tail);
}

/// What stands in a quoted string.
std::string unquoted(std::string_view text) {
  std::string out;
  for (std::size_t at = 1; at < text.size() && text[at] != '"'; ++at) {
    if (text[at] == '\\' && at + 1 < text.size()) ++at;
    out += text[at];
  }
  return out;
}

/// RFC 2047 §5 (3): white space parts an encoded-word from the colon.
void add_group_name(HeaderLine& line, std::string_view name, std::string_view tail) {
  std::string colon = must_encode_name(name) ? " :" : ":";
  add_name(line, name, colon += tail);
}

void add_mailbox(HeaderLine& line, std::string_view name, std::string_view address, std::string_view tail) {
  std::string token;
  token.reserve(address.size() + 3);
  if (!name.empty()) {
    add_name(line, name);
    token += '<';
  }
  token += address;
  if (!name.empty()) token += '>';
  token += tail;
  line.token(token);
}

}  // namespace

void append_text_field(std::string& out, std::string_view name, std::string_view value) {
  HeaderLine line(out, name);
  bool after_encoded = false;
  for (bool first = true; !value.empty(); first = false) {
    const Stretch stretch = take_stretch(value, first, after_encoded);
    after_encoded = stretch.encode;
    if (stretch.encode) {
      line.encoded(stretch.words, stretch.space);
    } else {
      line.token(stretch.words, stretch.space);
    }
  }
}

void append_plain_field(std::string& out, std::string_view name, std::string_view value) {
  HeaderLine line(out, name);
  for (value = trim(value); !value.empty(); value = trim(value)) {
    const std::size_t end = std::min(blank.find_in(value), value.size());
    line.token(value.substr(0, end));
    value.remove_prefix(end);
  }
}

void append_phrase_field(std::string& out, std::string_view name, std::string_view phrase, std::string_view rest) {
  HeaderLine line(out, name);
  line.encoded(phrase.starts_with('"') ? unquoted(phrase) : std::string(phrase));
  line.token(rest);
}

void append_mailbox_field(std::string& out, std::string_view name, const std::vector<Mailbox>& mailboxes,
                          const std::vector<AddressGroup>& groups) {
  HeaderLine line(out, name);
  std::size_t at = 0;
  const auto add_mailboxes = [&](std::size_t end, std::string_view tail) {
    for (; at < end; ++at) add_mailbox(line, mailboxes[at].name, mailboxes[at].address, at + 1 == end ? tail : ",");
  };
  for (const AddressGroup& group : groups) {
    add_mailboxes(group.first, ",");
    const std::size_t end = group.first + group.count;
    const bool last = &group == &groups.back() && end == mailboxes.size();
    const std::string_view closing = last ? ";" : ";,";
    add_group_name(line, group.name, group.count == 0 ? closing : "");
    add_mailboxes(end, closing);
  }
  add_mailboxes(mailboxes.size(), "");
}

void append_ids_field(std::string& out, std::string_view name, const std::vector<std::string>& ids) {
  HeaderLine line(out, name);
  for (const std::string& id : ids) line.token("<" + id + ">");
}

void append_mailbox_field(std::string& out, std::string_view field, std::string_view name, std::string_view address) {
  HeaderLine line(out, field);
  add_mailbox(line, name, address, "");
}

std::optional<std::chrono::minutes> zone_offset(std::string_view zone) {
  constexpr int most_hours = 24;
  const bool formed = zone.size() == 5 && (zone[0] == '+' || zone[0] == '-') &&
                      std::all_of(zone.begin() + 1, zone.end(), [](char c) { return is_digit(c); });
  if (!formed) return std::nullopt;
  const auto number = [&](std::size_t at) { return (zone[at] - '0') * 10 + (zone[at + 1] - '0'); };
  if (number(1) > most_hours || number(3) >= 60) return std::nullopt;
  const std::chrono::minutes ahead = std::chrono::hours(number(1)) + std::chrono::minutes(number(3));
  return zone[0] == '-' ? -ahead : ahead;
}

void append_date_field(std::string& out, TimePoint date, std::string_view zone) {
  using namespace std::chrono;
  constexpr std::array names_of_days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto local = floor<seconds>(date) + zone_offset(zone).value_or(minutes(0));
  const auto day = floor<days>(local);
  const year_month_day ymd{day};
  const hh_mm_ss time{local - day};
  fmt::format_to(std::back_inserter(out), "Date: {}, {:02} {} {:04} {:02}:{:02}:{:02} {}\r\n",
                 names_of_days[weekday{day}.c_encoding()], static_cast<unsigned>(ymd.day()),
                 months[static_cast<unsigned>(ymd.month()) - 1], static_cast<int>(ymd.year()), time.hours().count(),
                 time.minutes().count(), time.seconds().count(), zone);
}

}  // namespace gatepost::mime
