#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "gatepost/core/utf8.hpp"
#include "gatepost/mime/compose/compose.hpp"
#include "gatepost/mime/header/encoded_word.hpp"
#include "gatepost/mime/parse/parse.hpp"

/// Decoding gives UTF-8 whatever comes; a subject that compose() takes comes back the same in lines that hold.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gatepost::mime;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (gatepost::find_invalid_utf8(decode_encoded_words(text)) != std::string_view::npos) std::abort();
  LetterContent content;
  content.from = {"", "a@example.com"};
  content.subject = text;
  const auto letter = compose(content);
  if (!letter) return 0;
  if (decode_encoded_words(raw_header(*letter, "Subject")) != text) std::abort();
  for (std::size_t begin = 0; begin < letter->size();) {
    const std::size_t end = letter->find("\r\n", begin);
    if (end == std::string::npos || end - begin > 998) std::abort();
    begin = end + 2;
  }
  return 0;
}
