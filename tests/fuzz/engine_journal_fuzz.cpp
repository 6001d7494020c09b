#include <cstdint>
#include <cstdlib>

#include "gatepost/engine/journal_codec.hpp"

// A journal may be torn or damaged: every byte string is read to its end, and what is read is written back the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  while (true) {
    const auto before = rest;
    const auto record = gatepost::engine::decode_record(rest);
    if (!record) {
      if (rest.empty()) return 0;
      gatepost::engine::is_torn(rest);
      rest = gatepost::engine::from_next_intent(rest);
      continue;
    }
    const auto again = record->result ? gatepost::engine::encode_result(*record->result)
                                      : gatepost::engine::encode_intent(record->ticket);
    if (again != before.substr(0, before.size() - rest.size())) std::abort();
  }
}
