#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "gatepost/core/utf8.hpp"
#include "gatepost/mime/parse/parse.hpp"

/// Any bytes are read; what is shown to people is UTF-8, and the limits hold.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view raw(reinterpret_cast<const char*>(data), size);
  const gatepost::mime::ParseLimits limits{.max_parts = 20, .max_depth = 5, .max_header_bytes = 2000};
  const auto letter = gatepost::mime::parse(raw, limits);
  const auto check = [](std::string_view text) {
    if (gatepost::find_invalid_utf8(text) != std::string_view::npos) std::abort();
  };
  check(letter.subject);
  check(letter.text);
  check(letter.html);
  check(letter.message_id);
  for (const auto& [name, value] : letter.headers) {
    check(name);
    check(value);
  }
  for (const auto* list : {&letter.from, &letter.to, &letter.cc, &letter.reply_to}) {
    for (const auto& mailbox : *list) {
      check(mailbox.name);
      check(mailbox.address);
    }
  }
  for (const auto& part : letter.parts) {
    for (const auto* text : {&part.type, &part.charset, &part.disposition, &part.file_name, &part.content_id}) {
      check(*text);
    }
  }
  for (const auto& warning : letter.warnings) check(warning);
  if (letter.parts.size() > limits.max_parts) std::abort();
  gatepost::mime::raw_header(raw, "Subject");
  return 0;
}
