#include <fuzzer/FuzzedDataProvider.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "gatepost/core/hex.hpp"
#include "gatepost/core/text_gate.hpp"
#include "gatepost/core/utf8.hpp"
#include "gatepost/mime/header/parameters.hpp"
#include "gatepost/mime/parse/header_block.hpp"

using namespace gatepost::mime;

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

bool is_utf8(std::string_view text) { return gatepost::find_invalid_utf8(text) == std::string_view::npos; }

bool lines_hold(std::string_view field) {
  for (std::size_t begin = 0; begin < field.size();) {
    const std::size_t end = std::min(field.find("\r\n", begin), field.size());
    if (end - begin > 78) return false;
    begin = end + 2;
  }
  return true;
}

void read_anything(std::string_view text) {
  const ParameterisedValue read = read_parameters(text);
  for (const auto& [name, value] : read.parameters) {
    require(!name.empty() && name.find_first_of("*=;") == std::string::npos && is_utf8(value));
  }
}

/// Both forms that we write of a file's name.
void write_and_read(const std::string& name) {
  std::string disposition = "Content-Disposition: attachment";
  append_disposition_name(disposition, name);
  require(lines_hold(disposition));
  require(read_parameters(unfold(disposition)).get("filename") == name);
  std::string type = "Content-Type: x/y";
  append_type_name(type, name);
  require(lines_hold(type));
  require(read_parameters(unfold(type)).get("name") == name);
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

/// As any writer may cut `name` by RFC 2231: sections of any length, percent-encoded or plain, in any order.
std::string as_sections(const std::string& name, FuzzedDataProvider& choices) {
  std::vector<std::string> sections;
  for (std::size_t at = 0; at < name.size() && sections.size() < 100;) {
    const std::size_t size = sections.size() == 99 ? name.size() : choices.ConsumeIntegralInRange<std::size_t>(1, 40);
    const std::string_view text = std::string_view(name).substr(at, size);
    std::string section = "; filename*" + std::to_string(sections.size());
    // The first one is encoded: it names the charset.
    if (sections.empty() || !gatepost::is_ascii(text) || choices.ConsumeBool()) {
      section += sections.empty() ? "*=UTF-8'ru'" : "*=";
      for (const char c : text) append_hex(section, '%', c);
    } else {
      section += "=" + quoted(text);
    }
    sections.push_back(section);
    at += text.size();
  }
  std::string out = "attachment";
  while (!sections.empty()) {
    const auto next = sections.begin() + choices.ConsumeIntegralInRange<std::ptrdiff_t>(
                                             0, static_cast<std::ptrdiff_t>(sections.size()) - 1);
    out += *next;
    sections.erase(next);
  }
  return out;
}

}  // namespace

/// Any text is read; a name comes back from what we write of it, and from any way that RFC 2231 allows to cut it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  read_anything(text);
  FuzzedDataProvider choices(data, size);
  const std::string name = choices.ConsumeRandomLengthString();
  // The gate that names of files pass before they are written.
  if (name.empty() || gatepost::check_line("name", name)) return 0;
  write_and_read(name);
  require(read_parameters(as_sections(name, choices)).get("filename") == name);
  return 0;
}
