#include "gatepost/mime/parse/gmime_tree.hpp"

#include <fmt/format.h>
#include <gmime/gmime.h>

#include <algorithm>
#include <limits>
#include <memory>

#include "gatepost/core/ascii.hpp"
#include "gatepost/core/text_gate.hpp"
#include "gatepost/mime/encoding/lenient_base64.hpp"
#include "gatepost/mime/encoding/quoted_printable.hpp"
#include "gatepost/mime/encoding/uuencode.hpp"
#include "gatepost/mime/gmime_init.hpp"

namespace gatepost::mime {

namespace {

constexpr std::size_t max_warnings = 100;

struct Unref {
  void operator()(gpointer object) const { g_object_unref(object); }
};

template <class T>
using Owned = std::unique_ptr<T, Unref>;

struct FreeOptions {
  void operator()(GMimeParserOptions* options) const { g_mime_parser_options_free(options); }
};

std::string_view describe(GMimeParserWarning warning) {
  switch (warning) {
    case GMIME_WARN_DUPLICATED_HEADER:
      return "a header occurs twice";
    case GMIME_WARN_DUPLICATED_PARAMETER:
      return "a parameter occurs twice";
    case GMIME_WARN_UNENCODED_8BIT_HEADER:
      return "a header has bytes beyond ASCII that are not encoded";
    case GMIME_WARN_INVALID_CONTENT_TYPE:
      return "a Content-Type cannot be read";
    case GMIME_WARN_INVALID_RFC2047_HEADER_VALUE:
      return "an encoded-word is malformed";
    case GMIME_WARN_MALFORMED_MULTIPART:
      return "a multipart is malformed";
    case GMIME_WARN_TRUNCATED_MESSAGE:
      return "the letter ends before its last boundary";
    case GMIME_WARN_MALFORMED_MESSAGE:
      return "the letter is malformed";
    case GMIME_CRIT_INVALID_HEADER_NAME:
      return "a line of the header is not a header field";
    case GMIME_CRIT_CONFLICTING_HEADER:
      return "a header occurs twice with different values";
    case GMIME_CRIT_CONFLICTING_PARAMETER:
      return "a parameter occurs twice with different values";
    case GMIME_CRIT_MULTIPART_WITHOUT_BOUNDARY:
      return "a multipart names no boundary";
    case GMIME_WARN_INVALID_PARAMETER:
      break;
    case GMIME_WARN_INVALID_ADDRESS_LIST:
      return "an address list is malformed";
    case GMIME_CRIT_NESTING_OVERFLOW:
      return "multiparts are nested too deep";
    case GMIME_WARN_PART_WITHOUT_CONTENT:
      return "a part has no content";
    case GMIME_CRIT_PART_WITHOUT_HEADERS_OR_CONTENT:
      return "a part has neither headers nor content";
  }
  return "something is malformed";
}

void collect_warning(gint64 offset, GMimeParserWarning warning, const gchar*, gpointer user_data) {
  auto& warnings = *static_cast<std::vector<std::string>*>(user_data);
  // GMime decodes encoded-words before it looks for quotes and ";", and stumbles over those within: we read parameters.
  if (warnings.size() >= max_warnings || warning == GMIME_WARN_INVALID_PARAMETER) return;
  warnings.push_back(offset >= 0 ? fmt::format("byte {}: {}", offset, describe(warning))
                                 : std::string(describe(warning)));
}

std::vector<std::pair<std::string, std::string>> headers_of(GMimeObject* object) {
  GMimeHeaderList* list = g_mime_object_get_header_list(object);
  std::vector<std::pair<std::string, std::string>> headers;
  const int count = g_mime_header_list_get_count(list);
  headers.reserve(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) {
    GMimeHeader* header = g_mime_header_list_get_header_at(list, i);
    const char* value = g_mime_header_get_raw_value(header);
    headers.emplace_back(g_mime_header_get_name(header), value == nullptr ? "" : value);
  }
  return headers;
}

std::string type_of(GMimeObject* object) {
  GMimeContentType* type = g_mime_object_get_content_type(object);
  const char* subtype = g_mime_content_type_get_media_subtype(type);
  return lower(fmt::format("multipart/{}", subtype == nullptr ? "mixed" : subtype));
}

BodyEncoding encoding_of(GMimePart* part) {
  switch (g_mime_part_get_content_encoding(part)) {
    case GMIME_CONTENT_ENCODING_BASE64:
      return BodyEncoding::base64;
    case GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE:
      return BodyEncoding::quoted_printable;
    case GMIME_CONTENT_ENCODING_UUENCODE:
      return BodyEncoding::uuencode;
    default:
      return BodyEncoding::none;
  }
}

class Walker {
 public:
  Walker(Tree& tree, std::string_view raw, const ParseLimits& limits, std::vector<std::string>& warnings)
      : tree_(tree), raw_(raw), limits_(limits), warnings_(warnings) {}

  void walk(GMimeObject* object, int depth, std::ptrdiff_t parent = -1) {
    if (GMIME_IS_MULTIPART(object)) {
      if (static_cast<std::size_t>(depth) >= limits_.max_depth)
        return warn_once(fmt::format("parts nested deeper than {} are left out", limits_.max_depth));
      auto* multipart = GMIME_MULTIPART(object);
      const auto self = static_cast<std::ptrdiff_t>(tree_.nodes.size());
      tree_.nodes.push_back({type_of(object), parent, -1});
      const int count = g_mime_multipart_get_count(multipart);
      for (int i = 0; i < count; ++i) walk(g_mime_multipart_get_part(multipart, i), depth + 1, self);
    } else if (GMIME_IS_PART(object)) {
      if (tree_.leaves.size() >= limits_.max_parts)
        return warn_once(fmt::format("parts beyond {} are left out", limits_.max_parts));
      tree_.nodes.push_back({{}, parent, static_cast<std::ptrdiff_t>(tree_.leaves.size())});
      const std::string_view body = body_of(GMIME_PART(object));
      tree_.leaves.push_back({headers_of(object), body, encoding_of(GMIME_PART(object)), depth, begin_of(object, body),
                              in_digest(parent)});
    }
  }

 private:
  bool in_digest(std::ptrdiff_t parent) const {
    return parent >= 0 && tree_.nodes[static_cast<std::size_t>(parent)].type == "multipart/digest";
  }

  /// GMime keeps a part's content as a window on the letter's own stream.
  std::string_view body_of(GMimePart* part) const {
    GMimeDataWrapper* content = g_mime_part_get_content(part);
    GMimeStream* stream = content == nullptr ? nullptr : g_mime_data_wrapper_get_stream(content);
    if (stream == nullptr) return {};
    const auto begin = static_cast<std::size_t>(std::max<gint64>(stream->bound_start, 0));
    const auto end = stream->bound_end < 0 ? raw_.size() : static_cast<std::size_t>(stream->bound_end);
    if (begin > end || end > raw_.size()) return {};
    return raw_.substr(begin, before_line_end(begin, end) - begin);
  }

  /// The line end before a boundary is the boundary's (RFC 2046 §5.1.1). GMime takes it for as long as that behind the
  /// boundary, and so is a byte beside it where the two differ.
  std::size_t before_line_end(std::size_t begin, std::size_t end) const {
    const std::string_view rest = raw_.substr(end);
    if (rest.starts_with('\n') && end > begin && raw_[end - 1] == '\r') return end - 1;
    const bool inside = rest.size() > 3 && rest[0] != '\r' && rest[0] != '\n';
    return inside && rest.substr(1, 3) == "\n--" ? end + 1 : end;
  }

  /// Of the first header field or, in a part without a header, of the body.
  std::size_t begin_of(GMimeObject* object, std::string_view body) const {
    GMimeHeaderList* headers = g_mime_object_get_header_list(object);
    const gint64 offset = g_mime_header_list_get_count(headers) == 0
                              ? -1
                              : g_mime_header_get_offset(g_mime_header_list_get_header_at(headers, 0));
    if (offset >= 0) return std::min(static_cast<std::size_t>(offset), raw_.size());
    return body.empty() ? raw_.size() : static_cast<std::size_t>(body.data() - raw_.data());
  }

  void warn_once(std::string warning) {
    if (std::find(warnings_.begin(), warnings_.end(), warning) == warnings_.end()) {
      warnings_.push_back(std::move(warning));
    }
  }

  Tree& tree_;
  std::string_view raw_;
  const ParseLimits& limits_;
  std::vector<std::string>& warnings_;
};

}  // namespace

Tree read_tree(std::string_view raw, const ParseLimits& limits, std::vector<std::string>& warnings) {
  ensure_gmime();
  Tree tree;
  raw = raw.substr(0, std::numeric_limits<guint>::max());
  // A window on `raw`: a stream does not free an array that is set this way, and this one outlives all that look at it.
  GByteArray window{reinterpret_cast<guint8*>(const_cast<char*>(raw.data())), static_cast<guint>(raw.size())};
  const Owned<GMimeStream> stream(g_mime_stream_mem_new());
  g_mime_stream_mem_set_byte_array(GMIME_STREAM_MEM(stream.get()), &window);

  const Owned<GMimeParser> parser(g_mime_parser_new_with_stream(stream.get()));
  g_mime_parser_set_persist_stream(parser.get(), TRUE);
  const std::unique_ptr<GMimeParserOptions, FreeOptions> options(g_mime_parser_options_new());
  g_mime_parser_options_set_warning_callback(options.get(), collect_warning, &warnings);
  // As a part, not as a message: GMime would read the address fields then, and reading them is ours.
  const Owned<GMimeObject> root(g_mime_parser_construct_part(parser.get(), options.get()));
  if (root) {
    tree.headers = headers_of(root.get());
    Walker(tree, raw, limits, warnings).walk(root.get(), 0);
  }
  return tree;
}

std::string decode_body(const Leaf& leaf, bool& odd) {
  switch (leaf.encoding) {
    case BodyEncoding::none:
      return std::string(leaf.body);
    // GMime 3.2.13 ends at the first padding; letters put together from several base64 texts go on behind it.
    case BodyEncoding::base64:
      return decode_lenient_base64(leaf.body, odd);
    // GMime 3.2.13 loses its place where a line has lost the spaces at its end.
    case BodyEncoding::uuencode:
      return decode_uuencode(leaf.body, odd);
    // GMime 3.2.13 keeps spaces that a transport put at the end of a line, and tells of no malformed code.
    case BodyEncoding::quoted_printable:
      break;
  }
  return decode_quoted_printable(leaf.body, odd);
}

}  // namespace gatepost::mime
