#include "gatepost/mime/parse/parse.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "gatepost/core/ascii.hpp"
#include "gatepost/core/utf8.hpp"
#include "gatepost/mime/address/address_reader.hpp"
#include "gatepost/mime/encoding/charset.hpp"
#include "gatepost/mime/header/encoded_word.hpp"
#include "gatepost/mime/header/parameters.hpp"
#include "gatepost/mime/parse/letter_tree.hpp"

namespace gatepost::mime {

namespace {

constexpr std::size_t max_warnings = 200;

using Headers = std::vector<std::pair<std::string, std::string>>;

/// A header's value as one line: encoded words may hold line ends and other controls, which no header may.
std::string one_line(std::string value, std::vector<std::string>& warnings) {
  bool odd = false;
  for (char& c : value) {
    if (!is_control(c) || c == '\t') continue;
    c = ' ';
    odd = true;
  }
  constexpr std::string_view warning = "a header holds control characters, read as spaces";
  if (odd && std::ranges::find(warnings, warning) == warnings.end()) warnings.emplace_back(warning);
  return value;
}

/// All values of an address header; a letter with two To fields has both lists.
std::vector<Mailbox> mailboxes_of(const Tree& tree, std::string_view name, std::string_view charset,
                                  std::vector<std::string>& warnings) {
  std::vector<Mailbox> all;
  for (const auto& [header, value] : tree.headers) {
    if (!equal_ignoring_case(header, name)) continue;
    for (Mailbox& mailbox : read_address_header(unfold(value), name, warnings, charset)) {
      mailbox.name = one_line(std::move(mailbox.name), warnings);
      mailbox.address = one_line(std::move(mailbox.address), warnings);
      all.push_back(std::move(mailbox));
    }
  }
  return all;
}

/// Whatever its bytes, as UTF-8.
std::string readable(std::string_view text) { return to_utf8(text, "").text; }

Headers decoded(const RawHeaders& raw, std::string_view charset, std::vector<std::string>& warnings) {
  Headers out;
  out.reserve(raw.size());
  for (const auto& [name, value] : raw) {
    out.emplace_back(readable(name), one_line(decode_encoded_words(unfold(value), charset), warnings));
  }
  return out;
}

std::string without_angles(std::string_view id) {
  const std::size_t begin = id.find('<');
  const std::size_t end = begin == std::string_view::npos ? begin : id.find('>', begin);
  return readable(end == std::string_view::npos ? trim(id) : id.substr(begin + 1, end - begin - 1));
}

/// The last component, without characters that a file name or a terminal would not bear.
std::string safe_file_name(std::string_view name) {
  const std::size_t separator = name.find_last_of("/\\");
  if (separator != std::string_view::npos) name.remove_prefix(separator + 1);
  std::string out(name);
  for (char& c : out) {
    if (is_control(c)) c = '_';
  }
  return out;
}

/// "us-ascii (Plain text)" is RFC 2045's own example.
std::string without_comment(std::string_view charset) { return lower(trim(charset.substr(0, charset.find('(')))); }

std::string_view default_type(const Leaf& leaf, const ParameterisedValue& declared) {
  return leaf.in_digest && declared.value.empty() ? "message/rfc822" : "text/plain";
}

/// The charset that a body declares; headers of old mailers are in it, raw.
std::string charset_of(const Leaf& leaf) { return without_comment(leaf.type.get("charset")); }

/// The same of the letter: that of its first text.
std::string charset_of(const Tree& tree) {
  for (const Leaf& leaf : tree.leaves) {
    const bool is_text = leaf.type.value.empty() || leaf.type.value.starts_with("text/");
    if (std::string charset = charset_of(leaf); is_text && !charset.empty()) return charset;
  }
  return {};
}

/// `read`, or read anew where the header has raw bytes that only the charset explains.
ParameterisedValue parameters_of(const Leaf& leaf, ParameterisedValue read, std::string_view header,
                                 std::string_view charset, std::vector<std::string>& warnings) {
  if (read.malformed) warnings.push_back(fmt::format("a parameter of a {} is malformed", header));
  const std::string value = first_value(leaf.headers, header);
  return find_invalid_utf8(value) == std::string::npos ? std::move(read) : read_parameters(value, charset);
}

ParsedPart read_part(Leaf& leaf, const std::string& letter_charset, std::vector<std::string>& warnings) {
  ParsedPart part;
  part.charset = charset_of(leaf);
  const std::string& raw_charset = part.charset.empty() ? letter_charset : part.charset;
  const ParameterisedValue type = parameters_of(leaf, std::move(leaf.type), "Content-Type", raw_charset, warnings);
  const ParameterisedValue disposition =
      parameters_of(leaf, std::move(leaf.disposition), "Content-Disposition", raw_charset, warnings);
  const bool has_type = type.value.find('/') != std::string::npos && !leaf.is_text;
  if (!has_type && !leaf.is_text && !type.value.empty()) warnings.emplace_back("a Content-Type cannot be read");
  part.type = has_type ? readable(type.value) : default_type(leaf, type);
  part.disposition = readable(disposition.value);
  const std::string_view file_name = disposition.get("filename");
  part.file_name = safe_file_name(file_name.empty() ? type.get("name") : file_name);
  part.content_id = without_angles(first_value(leaf.headers, "Content-ID"));
  bool odd = false;
  part.content = decode_body(leaf.body, leaf.encoding, odd);
  if (odd) warnings.push_back(fmt::format("a {} part has malformed {}", part.type, name_of(leaf.encoding)));
  part.depth = leaf.depth;
  part.headers = decoded(leaf.headers, raw_charset, warnings);
  return part;
}

std::size_t offset_in(std::string_view whole, std::string_view part) {
  return static_cast<std::size_t>(part.data() - whole.data());
}

/// For a letter whose lines end in CR alone, as old Macs wrote them.
std::string lf_for_cr(std::string_view raw) {
  std::string out(raw);
  std::ranges::replace(out, '\r', '\n');
  return out;
}

/// CRLF becomes LF.
std::string with_lf(std::string text) {
  std::size_t from = text.find("\r\n");
  if (from == std::string::npos) return text;
  std::size_t to = from;
  while (from < text.size()) {
    ++from;  // passes over the CR
    const std::size_t next = std::min(text.find("\r\n", from), text.size());
    std::memmove(text.data() + to, text.data() + from, next - from);
    to += next - from;
    from = next;
  }
  text.resize(to);
  return text;
}

std::string body_text(const ParsedPart& part, std::vector<std::string>& warnings) {
  Utf8Text text = to_utf8(part.content, part.charset);
  if (text.guessed) {
    warnings.push_back(fmt::format("the charset of a {} part is a guess{}", part.type,
                                   part.charset.empty() ? "" : ": what it declares does not fit its bytes"));
  }
  if (text.lossy) warnings.push_back(fmt::format("a {} part has bytes that are not valid in its charset", part.type));
  return with_lf(std::move(text.text));
}

/// Of the first line that is too long (RFC 5322 §2.1.1): such a letter may be refused where it is passed on.
void tell_of_long_line(std::string_view raw, std::vector<std::string>& warnings) {
  constexpr std::size_t max_line = 998;
  for (std::size_t begin = 0; begin < raw.size();) {
    const std::size_t end = std::min(raw.find('\n', begin), raw.size());
    const std::size_t length = end - begin - (end > begin && raw[end - 1] == '\r' ? 1 : 0);
    if (length > max_line) {
      warnings.push_back(fmt::format("byte {}: a line of {} octets, {} are allowed", begin, length, max_line));
      return;
    }
    begin = end + 1;
  }
}

void choose_bodies(ParsedLetter& letter) {
  for (const ParsedPart& part : letter.parts) {
    if (part.disposition == "attachment") continue;
    if (part.type == "text/plain" && !letter.has_text) {
      letter.text = body_text(part, letter.warnings);
      letter.has_text = true;
    } else if (part.type == "text/html" && !letter.has_html) {
      letter.html = body_text(part, letter.warnings);
      letter.has_html = true;
    }
  }
}

}  // namespace

ParsedLetter parse(std::string_view raw, const ParseLimits& limits) {
  ParsedLetter letter;
  const std::string with_lf_lines = raw.find('\n') == std::string_view::npos ? lf_for_cr(raw) : std::string();
  if (!with_lf_lines.empty()) raw = with_lf_lines;
  Tree tree = read_tree(raw, limits, letter.warnings);
  const std::string charset = charset_of(tree);
  const auto mailboxes = [&](std::string_view name) { return mailboxes_of(tree, name, charset, letter.warnings); };
  letter.headers = decoded(tree.headers, charset, letter.warnings);
  letter.subject = one_line(decode_encoded_words(first_value(tree.headers, "Subject"), charset), letter.warnings);
  letter.from = mailboxes("From");
  letter.sender = mailboxes("Sender");
  letter.to = mailboxes("To");
  letter.cc = mailboxes("Cc");
  letter.bcc = mailboxes("Bcc");
  letter.reply_to = mailboxes("Reply-To");
  letter.message_id = without_angles(first_value(tree.headers, "Message-ID"));
  letter.parts.reserve(tree.leaves.size());
  for (Leaf& leaf : tree.leaves) {
    ParsedPart& part = letter.parts.emplace_back(read_part(leaf, charset, letter.warnings));
    part.begin = leaf.begin;
    part.end = leaf.body.empty() ? leaf.begin : offset_in(raw, leaf.body) + leaf.body.size();
  }
  letter.nodes = std::move(tree.nodes);
  for (PartNode& node : letter.nodes) {
    if (node.part >= 0) node.type = letter.parts[static_cast<std::size_t>(node.part)].type;
  }
  tell_of_long_line(raw, letter.warnings);
  choose_bodies(letter);
  if (letter.warnings.size() > max_warnings) {
    const std::size_t more = letter.warnings.size() - max_warnings;
    letter.warnings.resize(max_warnings);
    letter.warnings.push_back(fmt::format("{} more warnings are left out", more));
  }
  return letter;
}

}  // namespace gatepost::mime
