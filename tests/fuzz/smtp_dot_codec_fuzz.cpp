// A letter comes back as it was, with canonical line ends; whatever a client sends, portions change nothing.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "gatepost/smtp/dot_decoder.hpp"
#include "gatepost/smtp/dot_encoder.hpp"

using gatepost::smtp::DotDecoder;
using gatepost::smtp::DotEncoder;

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

std::string encode(std::string_view data, std::size_t room) {
  DotEncoder encoder(data);
  std::string out;
  while (!encoder.done()) encoder.append_to(out, room);
  return out;
}

struct Decoded {
  std::string data;
  std::size_t left = 0;
  bool done = false, bare = false, too_large = false;
  bool operator==(const Decoded&) const = default;
};

Decoded decode(std::string_view wire, std::size_t portion) {
  DotDecoder decoder(4096);
  Decoded result;
  while (!wire.empty() && !decoder.done()) {
    auto part = wire.substr(0, portion);
    wire.remove_prefix(part.size());
    decoder.read(part, result.data);
    result.left = part.size() + wire.size();
  }
  result.done = decoder.done();
  result.bare = decoder.bare_newline();
  result.too_large = decoder.too_large();
  return result;
}

std::string canonical(std::string_view data) {
  std::string out;
  for (std::size_t i = 0; i < data.size(); ++i) {
    if (data[i] == '\r' || data[i] == '\n') {
      if (data[i] == '\r' && i + 1 < data.size() && data[i + 1] == '\n') ++i;
      out += "\r\n";
    } else {
      out += data[i];
    }
  }
  if (!out.empty() && !out.ends_with("\r\n")) out += "\r\n";
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  require(decode(bytes, 1) == decode(bytes, size + 1));
  require(decode(bytes, 7) == decode(bytes, size + 1));

  const auto wire = encode(bytes, 65536);
  require(wire == encode(bytes, 3));
  const auto back = decode(wire, wire.size());
  require(back.done && !back.bare && back.left == 0);
  require(back.too_large || back.data == canonical(bytes));
  return 0;
}
