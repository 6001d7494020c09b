#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gatepost/mime/address/address.hpp"

namespace gatepost::mime {

struct ParseLimits {
  std::size_t max_parts = 1000;
  std::size_t max_depth = 50;
  std::size_t max_header_bytes = 1 << 20;
};

/// One leaf of the tree, decoded. A forwarded letter (message/rfc822) is a leaf, too: parse() reads its content.
struct ParsedPart {
  std::string type;                                          ///< "text/html", lower case
  std::string charset;                                       ///< as declared, lower case, or ""
  std::string disposition;                                   ///< "attachment", "inline" or ""
  std::string file_name;                                     ///< UTF-8; RFC 2231 before RFC 2047
  std::string content_id;                                    ///< without <>
  std::string content;                                       ///< transfer encoding undone; bytes, charset untouched
  int depth = 0;                                             ///< 0: the letter's own body
  std::size_t begin = 0;                                     ///< where its header begins in the letter's bytes
  std::size_t end = 0;                                       ///< where its body ends there
  std::vector<std::pair<std::string, std::string>> headers;  ///< decoded to UTF-8
};

/// One node of the tree: a multipart, or the place of a leaf.
struct PartNode {
  std::string type;            ///< "multipart/alternative", lower case
  std::ptrdiff_t parent = -1;  ///< index of the multipart that holds it; -1: the root
  std::ptrdiff_t part = -1;    ///< index into `parts`; -1: a multipart
};

struct ParsedLetter {
  std::vector<std::pair<std::string, std::string>>
      headers;  ///< in order, name as written, value unfolded and decoded to UTF-8
  std::string subject;
  std::vector<Mailbox> from, sender, to, cc, bcc, reply_to;
  std::string message_id;  ///< without <>
  std::string text;        ///< the first text/plain body, as UTF-8 with LF lines
  std::string html;        ///< the first text/html body, likewise
  bool has_text = false;
  bool has_html = false;
  std::vector<ParsedPart> parts;  ///< leaves in document order
  std::vector<PartNode> nodes;    ///< the tree, each node before what it holds
  std::vector<std::string> warnings;
};

/// Reads any bytes; never fails, says what was odd in `warnings`.
ParsedLetter parse(std::string_view raw, const ParseLimits& limits = {});

/// The value of one header as it stands in `raw`, unfolded, not decoded; "" where absent. Cheap: reads only the header
/// block.
std::string raw_header(std::string_view raw, std::string_view name);

}  // namespace gatepost::mime
