#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "gatepost/core/ascii.hpp"
#include "gatepost/core/utf8.hpp"
#include "gatepost/mime/address/address_reader.hpp"
#include "gatepost/mime/compose/compose.hpp"
#include "gatepost/mime/header/encoded_word.hpp"
#include "gatepost/mime/header/parameters.hpp"
#include "gatepost/mime/parse/header_block.hpp"
#include "gatepost/mime/parse/parse.hpp"

using namespace gatepost::mime;

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

bool is_utf8(std::string_view text) { return gatepost::find_invalid_utf8(text) == std::string_view::npos; }

/// Free text, addresses, parameters: each field may be read as any of them.
void read_as_everything(std::string_view value) {
  const std::string line = unfold(value);
  require(line.find_first_of("\r\n") == std::string::npos && line.size() <= value.size());
  require(is_utf8(decode_encoded_words(line)));
  std::vector<std::string> warnings;
  for (const Mailbox& mailbox : read_address_header(line, "To", warnings)) {
    require(is_utf8(mailbox.name) && is_utf8(mailbox.address));
  }
  for (const std::string& warning : warnings) require(is_utf8(warning));
  for (const auto& parameter : read_parameters(line).parameters) require(is_utf8(parameter.second));
}

/// The fields are within the block, in order, and the first of a name is what raw_header() gives.
void read_block(std::string_view raw) {
  HeaderBlock block(raw);
  std::size_t behind_last = 0;
  while (const auto field = block.next()) {
    require(block.position() >= behind_last && field->name.data() == raw.data() + block.position());
    require(!field->name.empty() && field->value.data() > field->name.data());
    behind_last = static_cast<std::size_t>(field->value.data() + field->value.size() - raw.data());
    require(behind_last <= raw.size());
    const auto first = [&] {
      HeaderBlock again(raw);
      auto found = again.next();
      while (!gatepost::equal_ignoring_case(found->name, field->name)) found = again.next();
      return *found;
    };
    if (raw.size() < 4096) require(raw_header(raw, field->name) == unfold(first().value));
    read_as_everything(field->value);
  }
  require(block.position() >= behind_last && block.position() <= raw.size());
}

/// What compose() takes as a header and as a display name comes back the same.
void write_and_read(std::string_view text) {
  LetterContent content;
  content.from = {std::string(text.substr(0, 200)), "a@example.com"};
  content.headers = {{"X-Tag", std::string(text)}};
  const auto letter = compose(content);
  if (!letter) return;
  const ParsedLetter read = parse(*letter);
  require(read.from.size() == 1 && read.from[0] == content.from);
  const auto tag = std::find_if(read.headers.begin(), read.headers.end(), [](auto& h) { return h.first == "X-Tag"; });
  require(tag != read.headers.end() && tag->second == text);
}

}  // namespace

/// A header block of any bytes, each of its fields read in every way; and any text as a value.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  read_block(text);
  read_as_everything(text);
  write_and_read(text);
  return 0;
}
