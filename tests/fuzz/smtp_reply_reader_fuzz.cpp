// Any bytes, in any portions: the same replies, and never more memory than the reader's bounds.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "gatepost/smtp/client/extensions.hpp"
#include "gatepost/smtp/client/queue_id.hpp"
#include "gatepost/smtp/reply_reader.hpp"

using gatepost::smtp::ReplyReader;

namespace {

std::vector<std::string> replies(std::string_view bytes, std::size_t portion) {
  ReplyReader reader;
  std::vector<std::string> all;
  while (!bytes.empty()) {
    auto part = bytes.substr(0, portion);
    bytes.remove_prefix(part.size());
    while (!part.empty()) {
      const auto status = reader.read(part);
      if (status == ReplyReader::Status::broken) {
        all.push_back(reader.error());
        return all;
      }
      if (status == ReplyReader::Status::reply) {
        const auto reply = reader.reply();
        all.push_back(reply.to_string() + gatepost::smtp::find_queue_id(reply.text()));
        static_cast<void>(gatepost::smtp::read_extensions(reader.lines()));
      }
    }
  }
  return all;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (replies(bytes, 1) != replies(bytes, size + 1)) std::abort();
  return 0;
}
