#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "gatepost/mime/address/address.hpp"
#include "gatepost/mime/compose/compose.hpp"

/// What passes as an address is stable, may stand in a letter, and brings nothing else with it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gatepost::mime;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto wire = normalise_address(text)) {
    const auto again = normalise_address(*wire);
    if (!again || *again != *wire) std::abort();
    if (wire->find_first_of("\r\n") != std::string::npos || wire->find('\0') != std::string::npos) std::abort();
  }
  const auto list = parse_mailbox_list(text);
  if (!list || list->empty()) return 0;
  LetterContent content;
  content.from = list->front();
  content.to = *list;
  if (!compose(content)) std::abort();
  return 0;
}
