#include "gatepost/mime/parse/letter_tree.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "gatepost/core/ascii.hpp"
#include "gatepost/core/utf8.hpp"
#include "gatepost/mime/parse/boundary_lines.hpp"

namespace gatepost::mime {

namespace {

bool is_multipart(const ParameterisedValue& type) { return type.value.starts_with("multipart/"); }

std::size_t offset_in(std::string_view whole, std::string_view part) {
  return static_cast<std::size_t>(part.data() - whole.data());
}

/// What mailers write before the first boundary, for programs of before 1992.
bool is_boilerplate(std::string_view preamble) {
  const std::string words = lower(preamble.substr(0, 2000));
  return words.find("mime") != std::string::npos || words.find("multi") != std::string::npos;
}

class TreeReader {
 public:
  TreeReader(Tree& tree, std::string_view raw, const ParseLimits& limits, std::vector<std::string>& warnings)
      : tree_(tree), raw_(raw), limits_(limits), warnings_(warnings), boundaries_(raw) {}

  void read() {
    Entity letter = read_header(0);
    tree_.headers = letter.headers;
    if (!letter.has_header) {
      if (raw_.empty()) return;
      warn("the letter has no header");
      letter.begin = letter.body = 0;
    } else if (letter.begin > 0) {
      warn("there are lines before the first header");
    }
    read_body(std::move(letter), 0, -1);
  }

 private:
  struct Entity {
    RawHeaders headers;
    ParameterisedValue type;
    std::size_t begin = 0;  ///< of the first field
    std::size_t body = 0;
    bool has_header = false;  ///< even if none of it was kept
  };

  Entity read_header(std::size_t at) {
    Entity entity;
    const std::string_view rest = raw_.substr(at);
    HeaderBlock block(rest);
    bool is_cut = false;
    while (const auto field = block.next()) {
      if (!entity.has_header) entity.begin = at + block.position();
      entity.has_header = true;
      is_cut = is_cut || offset_in(raw_, field->value) + field->value.size() - entity.begin > limits_.max_header_bytes;
      if (!is_cut) entity.headers.push_back(*field);
    }
    entity.body = at + block.position();
    if (is_cut) warn(fmt::format("the header is longer than {} bytes: its rest is left out", limits_.max_header_bytes));
    // "Note: this" alone is what somebody wrote.
    if (at > 0 && !block.has_blank_line() && !block.has_known_field()) {
      entity.headers.clear();
      entity.has_header = false;
      entity.body = at;
    }
    if (!block.has_blank_line() && entity.has_header && entity.body < raw_.size()) {
      warn("no empty line ends a header");
    }
    if (!entity.has_header) entity.begin = entity.body;
    if (block.has_odd_lines() && entity.has_header) warn("a line of the header is not a header field");
    entity.type = read_parameters(first_value(entity.headers, "Content-Type"));
    check(entity.headers);
    return entity;
  }

  void check(const RawHeaders& headers) {
    constexpr std::array<std::string_view, 12> single{
        "From", "Sender",     "Subject",      "Date",     "Message-ID", "In-Reply-To",
        "Cc",   "References", "Content-Type", "Reply-To", "To",         "Content-Transfer-Encoding"};
    for (std::string_view name : single) {
      const auto is_name = [&](const HeaderField& field) { return equal_ignoring_case(field.name, name); };
      if (std::ranges::count_if(headers, is_name) > 1) warn(fmt::format("the header {} occurs twice", name));
    }
    if (std::ranges::any_of(headers, [](auto& field) { return find_invalid_utf8(field.value) != field.value.npos; })) {
      warn("a header has bytes beyond ASCII that are not encoded");
    }
  }

  /// A part of a multipart, from its header on; returns the line behind it.
  BoundaryLine read_part(std::size_t at, int depth, std::ptrdiff_t parent) {
    if (tree_.leaves.size() >= limits_.max_parts) {
      warn(fmt::format("parts beyond {} are left out", limits_.max_parts));
      is_cut_ = true;
      return {raw_.size(), raw_.size()};
    }
    return read_body(read_header(at), depth, parent);
  }

  BoundaryLine read_body(Entity entity, int depth, std::ptrdiff_t parent) {
    if (!is_multipart(entity.type)) return read_leaf(std::move(entity), depth, parent);
    if (static_cast<std::size_t>(depth) < limits_.max_depth) return read_multipart(std::move(entity), depth, parent);
    warn(fmt::format("parts nested deeper than {} stay one", limits_.max_depth));
    return read_leaf(std::move(entity), depth, parent);
  }

  BoundaryLine read_leaf(Entity entity, int depth, std::ptrdiff_t parent) {
    const BoundaryLine end = boundaries_.next(entity.body);
    tree_.nodes.push_back({{}, parent, static_cast<std::ptrdiff_t>(tree_.leaves.size())});
    Leaf& leaf = tree_.leaves.emplace_back();
    leaf.begin = entity.begin;
    leaf.body = body_between(entity.body, end);
    leaf.encoding = read_body_encoding(first_value(entity.headers, "Content-Transfer-Encoding"));
    leaf.disposition = read_parameters(first_value(entity.headers, "Content-Disposition"));
    leaf.depth = depth;
    leaf.in_digest = parent >= 0 && tree_.nodes[static_cast<std::size_t>(parent)].type == "multipart/digest";
    leaf.is_text = is_multipart(entity.type) && static_cast<std::size_t>(depth) < limits_.max_depth &&
                   leaf.encoding == BodyEncoding::none && leaf.disposition.value != "attachment" &&
                   leaf.disposition.get("filename").empty() && entity.type.get("name").empty();
    leaf.headers = std::move(entity.headers);
    leaf.type = std::move(entity.type);
    return end;
  }

  BoundaryLine read_multipart(Entity entity, int depth, std::ptrdiff_t parent) {
    const std::string_view declared = trim_back(entity.type.get("boundary"));
    std::size_t level = boundaries_.open(std::string(declared));
    BoundaryLine line = boundaries_.next(entity.body);
    if (declared.empty() || line.level != level || line.closes) {
      boundaries_.leave(level);
      warn(declared.empty() ? "a multipart names no boundary" : "a multipart has no part with its boundary");
      const BoundaryLine end = boundaries_.next(entity.body);
      const std::string_view guess = guess_boundary(raw_.substr(entity.body, end.begin - entity.body));
      if (guess.empty()) return read_leaf(std::move(entity), depth, parent);
      level = boundaries_.open(std::string(guess));
      line = boundaries_.next(entity.body);
    }
    const auto self = static_cast<std::ptrdiff_t>(tree_.nodes.size());
    tree_.nodes.push_back({entity.type.value, parent, -1});
    const std::string_view preamble = trim(raw_.substr(entity.body, line.begin - entity.body));
    if (equal_ignoring_case(preamble.substr(0, 8), "Content-")) {
      warn("the first boundary of a multipart is missing");
      line = read_part(offset_in(raw_, preamble), depth + 1, self);
    } else if (!preamble.empty() && !is_boilerplate(preamble)) {
      warn("text stands before the first boundary of a multipart");
    }
    return read_parts(line, level, depth, self);
  }

  BoundaryLine read_parts(BoundaryLine line, std::size_t level, int depth, std::ptrdiff_t self) {
    while (line.level == level) {
      if (!line.closes) {
        if (boundaries_.is_closed(level)) warn("a part stands behind the last boundary of a multipart");
        line = read_part(line.end, depth + 1, self);
        continue;
      }
      boundaries_.close(level);
      const std::size_t end = line.end;
      line = boundaries_.next(end);
      if (!trim(raw_.substr(end, line.begin - end)).empty())
        warn("text stands behind the last boundary of a multipart");
    }
    if (!boundaries_.is_closed(level) && !is_cut_) warn("a multipart ends before its last boundary");
    boundaries_.leave(level);
    return line;
  }

  /// The line end before a boundary is the boundary's (RFC 2046 §5.1.1).
  std::string_view body_between(std::size_t begin, const BoundaryLine& line) const {
    std::string_view body = raw_.substr(begin, line.begin - begin);
    if (line.level == BoundaryLine::none || !body.ends_with('\n')) return body;
    body.remove_suffix(1);
    if (body.ends_with('\r')) body.remove_suffix(1);
    return body;
  }

  void warn(std::string warning) {
    if (std::ranges::find(warnings_, warning) == warnings_.end()) warnings_.push_back(std::move(warning));
  }

  Tree& tree_;
  std::string_view raw_;
  const ParseLimits& limits_;
  std::vector<std::string>& warnings_;
  BoundaryLines boundaries_;
  bool is_cut_ = false;
};

}  // namespace

std::string first_value(const RawHeaders& headers, std::string_view name) {
  const auto found =
      std::ranges::find_if(headers, [&](const HeaderField& field) { return equal_ignoring_case(field.name, name); });
  return found == headers.end() ? std::string() : unfold(found->value);
}

Tree read_tree(std::string_view raw, const ParseLimits& limits, std::vector<std::string>& warnings) {
  Tree tree;
  TreeReader(tree, raw, limits, warnings).read();
  return tree;
}

}  // namespace gatepost::mime
