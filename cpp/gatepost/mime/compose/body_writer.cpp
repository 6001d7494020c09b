#include "gatepost/mime/compose/body_writer.hpp"

#include "gatepost/mime/compose/encoded_part.hpp"

namespace gatepost::mime {

void append_part_start(std::string& out, std::string_view boundary) {
  out += "\r\n--";
  out += boundary;
  out += "\r\n";
}

void BodyWriter::write() {
  const bool attached = !content_.attachments.empty() || more_attachments();
  if (!attached) return related();
  const std::string boundary = open("mixed");
  if (content_.text || content_.html || !content_.alternatives.empty() || !content_.inline_parts.empty()) {
    append_part_start(out_, boundary);
    related();
  }
  for (const auto& part : content_.attachments) {
    append_part_start(out_, boundary);
    leaf(part);
  }
  attach_more(boundary);
  close(boundary);
}

void BodyWriter::related() {
  if (content_.inline_parts.empty()) return alternative();
  const std::string_view root = has_choice() ? "multipart/alternative" : content_.html ? "text/html" : "text/plain";
  const std::string boundary = open("related", root);
  append_part_start(out_, boundary);
  alternative();
  for (const auto& part : content_.inline_parts) {
    append_part_start(out_, boundary);
    leaf(part);
  }
  close(boundary);
}

bool BodyWriter::has_choice() const { return (content_.text && content_.html) || !content_.alternatives.empty(); }

void BodyWriter::alternative() {
  if (!has_choice()) {
    if (content_.html) return text(TextKind::html, *content_.html, depth_ == 0);
    return text(TextKind::plain, content_.text.value_or(""), depth_ == 0);
  }
  const std::string boundary = open("alternative");
  if (content_.text) {
    append_part_start(out_, boundary);
    text(TextKind::plain, *content_.text, false);
  }
  if (content_.html) {
    append_part_start(out_, boundary);
    text(TextKind::html, *content_.html, false);
  }
  for (const auto& part : content_.alternatives) {
    append_part_start(out_, boundary);
    leaf(part);
  }
  close(boundary);
}

void BodyWriter::text(TextKind kind, const std::string& body, bool whole) { append_text_part(out_, kind, body, whole); }

void BodyWriter::leaf(const std::shared_ptr<const Part>& part) {
  static_cast<const EncodedPart&>(*part).append_to(out_);
}

/// Neither base64 nor quoted-printable can hold "=_" (RFC 2045 §6.7), and what goes as 7bit cannot know the token.
std::string BodyWriter::open(std::string_view subtype, std::string_view root_type) {
  std::string boundary = "=_";
  boundary += token_;
  boundary += static_cast<char>('a' + depth_++);
  out_ += "Content-Type: multipart/";
  out_ += subtype;
  out_ += ";\r\n boundary=\"";
  out_ += boundary;
  out_ += '"';
  if (!root_type.empty()) {
    out_ += ";\r\n type=\"";  // RFC 2387 §3.1
    out_ += root_type;
    out_ += '"';
  }
  out_ += "\r\n";
  return boundary;
}

void BodyWriter::close(std::string_view boundary) {
  out_ += "\r\n--";
  out_ += boundary;
  out_ += "--";
  if (--depth_ == 0) out_ += "\r\n";
}

}  // namespace gatepost::mime
