#include "gatepost/smtp/proxy_header.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "gatepost/smtp/ip_address.hpp"

namespace gatepost::smtp {
namespace {

constexpr std::string_view text_begin = "PROXY ";
constexpr std::string_view signature("\r\n\r\n\0\r\nQUIT\n", 12);
constexpr std::size_t max_text = 107;    // with CRLF
constexpr std::size_t fixed_part = 16;   // of the binary header
constexpr std::size_t max_header = 536;  // what the specification wants to fit into one segment
constexpr char version_2_local = '\x20';
constexpr char version_2_proxy = '\x21';

std::size_t address_part(char family) {
  switch (family) {
    case '\x11':
      return 4 + 4 + 2 + 2;
    case '\x21':
      return 16 + 16 + 2 + 2;
    case '\x31':
      return 108 + 108;
    default:
      return 0;
  }
}

unsigned big_endian(std::string_view two) {
  return static_cast<unsigned>(static_cast<unsigned char>(two[0])) << 8U | static_cast<unsigned char>(two[1]);
}

void append_big_endian(std::string& out, unsigned number) {
  out.push_back(static_cast<char>(number >> 8U));
  out.push_back(static_cast<char>(number & 0xFFU));
}

std::optional<std::uint16_t> read_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), port);
  const bool padded = text.size() > 1 && text.front() == '0';
  if (text.empty() || padded || fault != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return port;
}

std::string_view take_field(std::string_view& line) {
  const auto field = line.substr(0, line.find(' '));
  line.remove_prefix(std::min(line.size(), field.size() + 1));
  return field;
}

}  // namespace

std::string write_proxy_header(const ProxyHeader& header) {
  const auto from = ip_bytes(header.source);
  const auto to = ip_bytes(header.destination);
  const bool local = header.local || !from || !to || from->size() != to->size();
  if (header.version == 1) {
    if (local) return "PROXY UNKNOWN\r\n";
    return (from->size() == 4 ? "PROXY TCP4 " : "PROXY TCP6 ") + ip_text(*from) + ' ' + ip_text(*to) + ' ' +
           std::to_string(header.source_port) + ' ' + std::to_string(header.destination_port) + "\r\n";
  }
  std::string out(signature);
  out.push_back(local ? version_2_local : version_2_proxy);
  if (local) return out.append(3, '\0');
  out.push_back(from->size() == 4 ? '\x11' : '\x21');
  append_big_endian(out, static_cast<unsigned>(2 * from->size() + 4));
  out.append(*from).append(*to);
  append_big_endian(out, header.source_port);
  append_big_endian(out, header.destination_port);
  return out;
}

ProxyHeaderReader::Status ProxyHeaderReader::read(std::string_view& bytes) {
  if (!error_.empty()) return Status::bad;
  while (!bytes.empty() && !done_) {
    const bool binary = (input_.empty() ? bytes : std::string_view(input_)).front() == signature.front();
    const auto begin = binary ? signature : text_begin;
    std::size_t wanted = begin.size();
    if (input_.size() >= begin.size()) {
      if (!binary) {
        const auto line_end = bytes.substr(0, max_text - input_.size()).find('\n');
        wanted = line_end == std::string_view::npos ? max_text : input_.size() + line_end + 1;
      } else if (input_.size() < fixed_part) {
        wanted = fixed_part;
      } else {
        wanted = fixed_part + big_endian(std::string_view(input_).substr(14));
      }
    }
    const auto part = bytes.substr(0, wanted - input_.size());
    input_.append(part);
    bytes.remove_prefix(part.size());

    const auto compared = std::min(input_.size(), begin.size());
    if (std::string_view(input_).substr(0, compared) != begin.substr(0, compared)) return fail("no PROXY header");
    if (!binary && input_.ends_with('\n')) return parse_text();
    if (!binary && input_.size() == max_text) return fail("the PROXY header is longer than 107 bytes");
    if (!binary || input_.size() < fixed_part) continue;
    const auto size = fixed_part + big_endian(std::string_view(input_).substr(14));
    if (size > max_header) return fail("the PROXY header is longer than 536 bytes");
    if (input_.size() == size) return parse_binary();
  }
  return done_ ? Status::done : Status::more;
}

ProxyHeaderReader::Status ProxyHeaderReader::parse_text() {
  std::string_view line(input_);
  if (!line.ends_with("\r\n")) return fail("the PROXY header does not end with CRLF");
  line = line.substr(text_begin.size(), line.size() - text_begin.size() - 2);
  header_.version = 1;
  const auto family = take_field(line);
  if (family == "UNKNOWN") return succeed(true);
  const std::size_t address_size = family == "TCP4" ? 4 : family == "TCP6" ? 16 : 0;
  if (address_size == 0) return fail("the PROXY header names no known protocol");

  const auto from = ip_bytes(take_field(line));
  const auto to = ip_bytes(take_field(line));
  const auto from_port = read_port(take_field(line));
  const auto to_port = read_port(line);
  if (!from || !to || from->size() != address_size || to->size() != address_size) {
    return fail("the PROXY header has a bad address");
  }
  if (!from_port || !to_port) return fail("the PROXY header has a bad port");
  header_.source = ip_text(*from);
  header_.destination = ip_text(*to);
  header_.source_port = *from_port;
  header_.destination_port = *to_port;
  return succeed(false);
}

ProxyHeaderReader::Status ProxyHeaderReader::parse_binary() {
  const std::string_view whole(input_);
  const char command = whole[12];
  const char family = whole[13];
  header_.version = 2;
  if (command == version_2_local) return succeed(true);
  if (command != version_2_proxy) return fail("the PROXY header has an unknown version or command");
  if (family == '\0') return succeed(true);
  const auto needed = address_part(family);
  if (needed == 0) return fail("the PROXY header names no known protocol");
  const auto rest = whole.substr(fixed_part);
  if (rest.size() < needed) return fail("the PROXY header is shorter than its addresses");
  if (family == '\x31') return succeed(true);

  const auto address_size = (needed - 4) / 2;
  header_.source = ip_text(rest.substr(0, address_size));
  header_.destination = ip_text(rest.substr(address_size, address_size));
  header_.source_port = static_cast<std::uint16_t>(big_endian(rest.substr(2 * address_size)));
  header_.destination_port = static_cast<std::uint16_t>(big_endian(rest.substr(2 * address_size + 2)));
  return succeed(false);
}

ProxyHeaderReader::Status ProxyHeaderReader::succeed(bool local) {
  header_.local = local;
  done_ = true;
  input_ = std::string();
  return Status::done;
}

ProxyHeaderReader::Status ProxyHeaderReader::fail(std::string_view why) {
  error_ = why;
  input_ = std::string();
  return Status::bad;
}

}  // namespace gatepost::smtp
