#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gatepost/mime/parse/parse.hpp"

namespace gatepost::mime {

enum class BodyEncoding { none, base64, quoted_printable, uuencode };

/// A leaf of a received letter's tree, as it stands.
struct Leaf {
  std::vector<std::pair<std::string, std::string>> headers;  ///< raw values
  std::string_view body;                                     ///< points into the letter
  BodyEncoding encoding = BodyEncoding::none;
  int depth = 0;
  std::size_t begin = 0;   ///< of its header, within the letter
  bool in_digest = false;  ///< without a type of its own it is a letter (RFC 2046 §5.1.5)
};

struct Tree {
  std::vector<std::pair<std::string, std::string>> headers;  ///< of the letter itself, raw values
  std::vector<Leaf> leaves;                                  ///< in document order
  std::vector<PartNode> nodes;                               ///< as ParsedLetter has them, leaves without a type
};

/// Takes a letter apart with GMime: the tree and where its parts stand. A forwarded letter is a leaf.
Tree read_tree(std::string_view raw, const ParseLimits& limits, std::vector<std::string>& warnings);

/// Undoes the transfer encoding. `odd` is set where the text was not what its label says.
std::string decode_body(const Leaf& leaf, bool& odd);

}  // namespace gatepost::mime
