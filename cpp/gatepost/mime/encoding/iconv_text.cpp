#include "gatepost/mime/encoding/iconv_text.hpp"

#include <gmime/gmime.h>

#include <array>
#include <cerrno>
#include <cstdint>

#include "gatepost/core/utf8.hpp"
#include "gatepost/mime/gmime_init.hpp"

namespace gatepost::mime {

std::optional<DecodedText> iconv_text(std::string_view bytes, const char* charset) {
  ensure_gmime();
  const iconv_t converter = g_mime_iconv_open("UTF-8", charset);
  // GMime's sentinel for failure is (iconv_t)-1.
  if (reinterpret_cast<std::intptr_t>(converter) == -1) return std::nullopt;
  DecodedText result;
  std::array<char, 4096> chunk{};
  // iconv takes char** for bytes it does not change.
  char* in = const_cast<char*>(bytes.data());
  std::size_t left = bytes.size();
  bool done = false;
  while (!done) {
    char* to = chunk.data();
    std::size_t room = chunk.size();
    const bool finishing = left == 0;
    const std::size_t rc =
        finishing ? iconv(converter, nullptr, nullptr, &to, &room) : iconv(converter, &in, &left, &to, &room);
    const int error = rc == static_cast<std::size_t>(-1) ? errno : 0;
    result.text.append(chunk.data(), chunk.size() - room);
    if (finishing) {
      done = error != E2BIG;
    } else if (error == EILSEQ || error == EINVAL) {
      result.text += "\uFFFD";
      result.lossy = true;
      ++in;
      --left;
    }
  }
  g_mime_iconv_close(converter);
  // Some converters let surrogates through.
  if (find_invalid_utf8(result.text) != std::string_view::npos) {
    result.text = mend_utf8(result.text).text;
    result.lossy = true;
  }
  return result;
}

}  // namespace gatepost::mime
