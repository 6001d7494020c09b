#include "gatepost/smtp/client/utf8_header.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "gatepost/core/ascii.hpp"
#include "gatepost/core/utf8.hpp"

namespace gatepost::smtp {
namespace {

constexpr auto npos = std::string_view::npos;
constexpr std::size_t deepest = 100;  // of multiparts within each other; no letter has as many

/// Takes the next line, without its end.
std::string_view next_line(std::string_view& rest) {
  const auto end = rest.find_first_of("\r\n");
  const auto line = rest.substr(0, end);
  rest.remove_prefix(end == npos ? rest.size() : end + (rest.substr(end).starts_with("\r\n") ? 2 : 1));
  return line;
}

/// The name of the field that begins here; "" where none does.
std::string_view field_name(std::string_view line) {
  const auto name = trim_back(line.substr(0, std::min(line.find(':'), line.size())), " \t");
  const bool is_name = !name.empty() && name.size() < line.size() && std::all_of(name.begin(), name.end(), is_visible);
  return is_name ? name : std::string_view{};
}

/// The value of a media type's boundary; "" where it has none.
std::string boundary_of(std::string_view value) {
  constexpr std::string_view attribute = "boundary";
  const auto small = lower(value);
  for (auto at = small.find(attribute); at != npos; at = small.find(attribute, at + 1)) {
    auto rest = trim_front(value.substr(at + attribute.size()));
    if (!rest.starts_with('=')) continue;
    rest = trim_front(rest.substr(1));
    if (!rest.starts_with('"')) return std::string(rest.substr(0, rest.find_first_of(" \t\r\n;()")));
    std::string text;
    for (std::size_t i = 1; i < rest.size() && rest[i] != '"'; ++i) {
      if (rest[i] == '\\' && i + 1 < rest.size()) ++i;
      text += rest[i];
    }
    return text;
  }
  return {};
}

/// Follows a letter's lines through its headers and bodies (RFC 2046 §5.1).
class Walk {
 public:
  std::optional<std::string_view> find(std::string_view letter) {
    auto rest = letter;
    if (rest.starts_with("From ")) next_line(rest);  // of an mbox
    while (!rest.empty()) {
      const auto line = next_line(rest);
      if (line.starts_with("--") && at_boundary(line)) continue;
      if (in_header_) read_header_line(line);
      const bool counts = in_header_ || boundaries_.size() >= deepest;
      if (counts && !is_ascii(line) && find_invalid_utf8(line) == npos) return field_;
    }
    return std::nullopt;
  }

 private:
  struct Multipart {
    std::string delimiter;  // "--boundary"
    bool digest;
  };

  /// Whether the line parts one part from the next, or ends the last.
  bool at_boundary(std::string_view line) {
    for (auto depth = boundaries_.size(); depth-- > 0;) {
      const auto& [delimiter, digest] = boundaries_[depth];
      if (!line.starts_with(delimiter)) continue;
      const auto behind = trim_back(line.substr(delimiter.size()), " \t");
      if (!behind.empty() && behind != "--") continue;
      begin_header(digest);
      in_header_ = behind.empty();
      boundaries_.resize(depth + (in_header_ ? 1 : 0));
      return true;
    }
    return false;
  }

  void begin_header(bool letter_by_default) {
    in_header_ = true;
    field_ = {};
    type_ = letter_by_default ? "message/rfc822" : "";
    type_begins_ = false;
  }

  void read_header_line(std::string_view line) {
    if (line.empty()) return end_header();
    if (line.front() == ' ' || line.front() == '\t') {
      if (type_begins_) type_.append(line);
      return;
    }
    field_ = field_name(line);
    if (field_.empty()) {  // the body begins without a blank line
      in_header_ = false;
      return;
    }
    type_begins_ = equal_ignoring_case(field_, "content-type");
    if (type_begins_) type_ = line.substr(line.find(':') + 1);
  }

  void end_header() {
    in_header_ = false;
    const auto type = lower(trim_front(type_));
    if (type.starts_with("multipart/")) {
      if (auto boundary = boundary_of(type_); !boundary.empty() && boundaries_.size() < deepest) {
        boundaries_.push_back({"--" + boundary, type.starts_with("multipart/digest")});
      }
    } else if (type.find("delivery-status") != npos && type.starts_with("message/")) {
      in_header_ = true;  // blocks of fields, one after the other (RFC 3464 §2.1)
    } else if (type.starts_with("message/") || type.starts_with("text/rfc822-headers")) {
      begin_header(false);
    }
  }

  std::vector<Multipart> boundaries_;  // of the multiparts around this line, the innermost last
  bool in_header_ = true;
  std::string_view field_;    // the one that the line belongs to
  std::string type_;          // of the header in progress: its Content-Type
  bool type_begins_ = false;  // field_ is the Content-Type
};

}  // namespace

std::optional<std::string_view> find_utf8_field(std::string_view letter) { return Walk().find(letter); }

}  // namespace gatepost::smtp
