#include "gatepost/dkim/canonical.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "gatepost/core/ascii.hpp"

namespace gatepost::dkim {

namespace {

bool is_space(char c) { return c == ' ' || c == '\t'; }

/// What the relaxed form does not simply keep.
constexpr auto special = [] {
  std::array<bool, 256> table{};
  for (const char c : {' ', '\t', '\r'}) table[static_cast<unsigned char>(c)] = true;
  return table;
}();

bool is_special(char c) { return special[static_cast<unsigned char>(c)]; }

/// Where the first special octet stands at or behind `at`, or the size. Eight at a time: most of a body is none.
std::size_t find_special(std::string_view bytes, std::size_t at) {
  constexpr std::size_t step = sizeof(std::uint64_t);
  constexpr std::uint64_t each = 0x0101010101010101U;
  while (at + step <= bytes.size()) {
    std::uint64_t word;
    std::memcpy(&word, bytes.data() + at, step);
    if (((word - each * 0x21U) & ~word & (each << 7U)) == 0) {  // no octet below 0x21
      at += step;
      continue;
    }
    for (const auto end = at + step; at < end; ++at) {
      if (is_special(bytes[at])) return at;
    }
  }
  while (at < bytes.size() && !is_special(bytes[at])) ++at;
  return at;
}

}  // namespace

std::string_view to_string(Canonicalization canonicalization) {
  return canonicalization == Canonicalization::simple ? "simple" : "relaxed";
}

std::optional<Canonicalization> parse_canonicalization(std::string_view name) {
  if (name == "simple") return Canonicalization::simple;
  if (name == "relaxed") return Canonicalization::relaxed;
  return std::nullopt;
}

void append_field(std::string& out, Canonicalization canonicalization, std::string_view whole) {
  if (canonicalization == Canonicalization::simple) {
    out.append(whole);
    return;
  }
  const auto colon = std::min(whole.find(':'), whole.size());
  auto name = whole.substr(0, colon);
  while (!name.empty() && is_space(name.back())) name.remove_suffix(1);
  for (const char c : name) out.push_back(lower(c));
  out.push_back(':');
  bool begun = false;
  bool space = false;
  for (std::size_t i = colon + 1; i < whole.size(); ++i) {
    const char c = whole[i];
    if (is_space(c)) {
      space = true;
    } else if (c == '\r' && whole.substr(i, 2) == "\r\n") {
      ++i;  // unfolding keeps the white space that follows
    } else {
      if (space && begun) out.push_back(' ');
      space = false;
      begun = true;
      out.push_back(c);
    }
  }
}

BodyHash::BodyHash(Canonicalization canonicalization, crypto::Digest digest, std::optional<std::uint64_t> limit)
    : canonicalization_(canonicalization), hasher_(digest), limit_(limit) {}

void BodyHash::update(std::string_view bytes) {
  if (canonicalization_ == Canonicalization::simple) {
    simple(bytes);
  } else {
    relaxed(bytes);
  }
}

void BodyHash::emit(std::string_view bytes) {
  if (limit_) hasher_.update(bytes.substr(0, length_ < *limit_ ? *limit_ - length_ : 0));
  if (!limit_) hasher_.update(bytes);
  length_ += bytes.size();
}

void BodyHash::emit_line_ends() {
  constexpr std::string_view many = "\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n";
  while (line_ends_ > 0) {
    const auto now = std::min<std::uint64_t>(line_ends_, many.size() / 2);
    emit(many.substr(0, now * 2));
    line_ends_ -= now;
  }
}

// Everything stays but the line ends at the very end, so only those are looked for.
void BodyHash::simple(std::string_view bytes) {
  if (bytes.empty()) return;
  if (carriage_return_) {
    carriage_return_ = false;
    if (bytes[0] == '\n') {
      ++line_ends_;
      bytes.remove_prefix(1);
    } else {
      emit_line_ends();
      emit("\r");
    }
  }
  auto rest = bytes;
  if (rest.ends_with('\r')) {
    carriage_return_ = true;
    rest.remove_suffix(1);
  }
  std::uint64_t behind = 0;
  for (; rest.ends_with("\r\n"); rest.remove_suffix(2)) ++behind;
  if (!rest.empty()) {
    emit_line_ends();
    emit(rest);
  }
  line_ends_ += behind;
}

void BodyHash::relaxed(std::string_view bytes) {
  while (!bytes.empty()) {
    // Ordinary bytes go out in one piece, single spaces and single line ends between them too.
    if (!carriage_return_ && !space_ && !is_special(bytes[0])) {
      emit_line_ends();
      std::size_t end = find_special(bytes, 1);
      while (end < bytes.size()) {
        const auto goes_on_at = [&](std::size_t next) { return next < bytes.size() && !is_special(bytes[next]); };
        if (bytes[end] == ' ' && goes_on_at(end + 1)) {
          end = find_special(bytes, end + 2);
        } else if (bytes.substr(end, 2) == "\r\n" && goes_on_at(end + 2)) {
          end = find_special(bytes, end + 3);
        } else {
          break;
        }
      }
      emit(bytes.substr(0, end));
      bytes.remove_prefix(end);
      continue;
    }
    relaxed_byte(bytes[0]);
    bytes.remove_prefix(1);
  }
}

void BodyHash::relaxed_byte(char c) {
  if (carriage_return_) {
    carriage_return_ = false;
    if (c == '\n') return end_line();
    // A lone CR is a byte like any other.
    emit_line_ends();
    if (std::exchange(space_, false)) emit(" ");
    emit("\r");
  }
  if (c == '\r') {
    carriage_return_ = true;
  } else if (is_space(c)) {
    space_ = true;
  } else {
    emit_line_ends();
    if (std::exchange(space_, false)) emit(" ");
    emit({&c, 1});
  }
}

void BodyHash::end_line() {
  space_ = false;
  ++line_ends_;
}

std::string BodyHash::finish() {
  if (carriage_return_) {
    emit_line_ends();
    if (std::exchange(space_, false)) emit(" ");
    emit("\r");
  }
  // White space at the end of a last line without CRLF goes, the CRLF comes: both forms end with exactly one, but for
  // the relaxed form of a body of nothing, which is nothing.
  const bool nothing = canonicalization_ == Canonicalization::relaxed && length_ == 0;
  if (!nothing) emit("\r\n");
  return hasher_.finish();
}

}  // namespace gatepost::dkim
