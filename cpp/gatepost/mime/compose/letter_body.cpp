#include "gatepost/mime/compose/letter_body.hpp"

#include "gatepost/mime/compose/body_writer.hpp"

namespace gatepost::mime {

void append_body(std::string& out, const LetterContent& content, std::string_view token) {
  BodyWriter(out, content, token).write();
}

std::size_t estimate_body(const LetterContent& content) {
  std::size_t size = 512;
  for (const auto* body : {&content.text, &content.html}) {
    if (*body) size += (*body)->size() * 3 / 2 + 128;
  }
  for (const auto* parts : {&content.alternatives, &content.inline_parts, &content.attachments}) {
    for (const auto& part : *parts) size += part->encoded_size() + 64;
  }
  return size;
}

}  // namespace gatepost::mime
