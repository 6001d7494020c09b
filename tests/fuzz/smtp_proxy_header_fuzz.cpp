// Any bytes as a PROXY header, whole and byte by byte: the same outcome, never more than 536 bytes taken; what is read
// is written and read back the same.
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <tuple>

#include "gatepost/smtp/proxy_header.hpp"

using namespace gatepost;
using smtp::ProxyHeaderReader;

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

auto fields(const smtp::ProxyHeader& h) {
  return std::tuple(h.version, h.local, h.source, h.source_port, h.destination, h.destination_port);
}

struct Outcome {
  ProxyHeaderReader::Status status = ProxyHeaderReader::Status::more;
  std::size_t taken = 0;
  smtp::ProxyHeader header;
};

Outcome read(std::string_view bytes, std::size_t portion) {
  ProxyHeaderReader reader;
  Outcome got;
  while (!bytes.empty() && got.status == ProxyHeaderReader::Status::more) {
    auto part = bytes.substr(0, portion);
    const auto size = part.size();
    got.status = reader.read(part);
    got.taken += size - part.size();
    bytes.remove_prefix(size - part.size());
  }
  require(got.taken <= 536);
  require((got.status == ProxyHeaderReader::Status::bad) == !reader.error().empty());
  got.header = reader.header();
  return got;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto whole = read(bytes, size + 1);
  const auto single = read(bytes, 1);
  require(whole.status == single.status);
  if (whole.status != ProxyHeaderReader::Status::done) return 0;
  require(whole.taken == single.taken);
  require(fields(whole.header) == fields(single.header));

  const auto written = smtp::write_proxy_header(whole.header);
  const auto again = read(written, written.size());
  require(again.status == ProxyHeaderReader::Status::done && again.taken == written.size());
  if (whole.header.local) {
    require(again.header.local && again.header.version == whole.header.version);
  } else {
    require(fields(again.header) == fields(whole.header));
  }
  return 0;
}
