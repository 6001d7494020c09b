// Whatever bytes a server sends or a person pastes: no crash, no endless loop, valid UTF-8 out, and no verdict that
// contradicts itself.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "gatepost/codes/failure.hpp"
#include "gatepost/core/utf8.hpp"

namespace codes = gatepost::codes;

namespace {

void demand(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const auto phase = static_cast<codes::Phase>(data[0] % (static_cast<int>(codes::Phase::local) + 1));
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const codes::Reply reply = codes::parse_reply(text);
  demand(reply.code == 0 || (reply.code >= 200 && reply.code < 700));
  for (const codes::Phase at : {phase, codes::guess_phase(reply)}) {
    const codes::Failure failure = codes::classify(reply, at);
    const std::string words = failure.describe();
    demand(gatepost::find_invalid_utf8(words) == std::string_view::npos);
    demand(words.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos);
    demand(failure.permanence != codes::Permanence::temporary || failure.suppress == codes::SuppressScope::none);
    demand(!failure.rule_id.empty());
  }
  return 0;
}
