#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "gatepost/mime/header/parameters.hpp"
#include "gatepost/mime/parse/body_encoding.hpp"
#include "gatepost/mime/parse/header_block.hpp"
#include "gatepost/mime/parse/parse.hpp"

namespace gatepost::mime {

using RawHeaders = std::vector<HeaderField>;

/// The unfolded value of the first such header, or "": where a field stands twice, the first counts.
std::string first_value(const RawHeaders& headers, std::string_view name);

/// A leaf of a received letter's tree, as it stands; the views point into the letter.
struct Leaf {
  RawHeaders headers;
  ParameterisedValue type;         ///< of its Content-Type
  ParameterisedValue disposition;  ///< of its Content-Disposition
  std::string_view body;
  BodyEncoding encoding = BodyEncoding::none;
  int depth = 0;
  std::size_t begin = 0;   ///< of its header or, without one, its body
  bool in_digest = false;  ///< without a type of its own it is a letter (RFC 2046 §5.1.5)
  bool is_text = false;    ///< it says that it is a multipart, and is nothing but text
};

struct Tree {
  RawHeaders headers;           ///< of the letter itself
  std::vector<Leaf> leaves;     ///< in document order
  std::vector<PartNode> nodes;  ///< as ParsedLetter has them, leaves without a type
};

/// Takes a letter apart (RFC 2046 §5.1) such that every line of a body is in a leaf, or is told of: parts whose blank
/// lines, boundaries or ends are missing, wrong or ambiguous are found where anybody would see them. A forwarded letter
/// is a leaf, and so is what is nested too deep. One pass, whatever comes. Adds to `warnings`.
Tree read_tree(std::string_view raw, const ParseLimits& limits, std::vector<std::string>& warnings);

}  // namespace gatepost::mime
