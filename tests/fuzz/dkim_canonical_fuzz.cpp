// The canonical forms: where a body is cut changes nothing, both forms are stable under themselves, and a plain
// implementation of the rules of RFC 6376 §3.4 agrees; tag lists: what is read has names and values that were there.
// Input: two bytes that choose the cuts, then the text.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "gatepost/crypto/digest.hpp"
#include "gatepost/dkim/canonical.hpp"
#include "gatepost/dkim/tag_list.hpp"

using namespace gatepost;
using dkim::Canonicalization;

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

/// The rules of §3.4.3 and §3.4.4, line by line.
std::string canonical_body(std::string_view body, Canonicalization form) {
  std::string out;
  std::size_t kept = 0;  // up to the last line that is not empty
  while (!body.empty()) {
    const auto end = body.find("\r\n");
    std::string line(body.substr(0, end));
    body.remove_prefix(end == std::string_view::npos ? body.size() : end + 2);
    if (form == Canonicalization::relaxed) {
      std::string reduced;
      for (const char c : line) {
        const bool space = c == ' ' || c == '\t';
        if (!space) reduced += c;
        if (space && !reduced.ends_with(' ')) reduced += ' ';
      }
      if (reduced.ends_with(' ')) reduced.pop_back();
      line = reduced;
    }
    out += line + "\r\n";
    if (!line.empty()) kept = out.size();
  }
  out.resize(kept);
  if (out.empty() && form == Canonicalization::simple) out = "\r\n";
  return out;
}

std::string hashed(std::string_view body, Canonicalization form, std::size_t first, std::size_t step) {
  dkim::BodyHash hash(form, crypto::Digest::sha256);
  hash.update(body.substr(0, first));
  for (auto rest = body.substr(std::min(first, body.size())); !rest.empty();) {
    const auto now = rest.substr(0, step);
    hash.update(now);
    rest.remove_prefix(now.size());
  }
  return hash.finish();
}

void check_body(std::string_view body, std::size_t first, std::size_t step) {
  for (const auto form : {Canonicalization::simple, Canonicalization::relaxed}) {
    const auto canonical = canonical_body(body, form);
    const auto wanted = crypto::hash(crypto::Digest::sha256, canonical);
    require(hashed(body, form, body.size(), 1) == wanted);
    require(hashed(body, form, first, step) == wanted);
    require(hashed(body, form, 0, 1) == wanted);
    require(hashed(canonical, form, 0, step) == wanted);
  }
}

void check_header(std::string_view text) {
  std::string once;
  std::string twice;
  dkim::append_field(once, Canonicalization::relaxed, text);
  dkim::append_field(twice, Canonicalization::relaxed, once);
  // A CR before a fold becomes a fold; such a header is neither signed nor passed.
  require(once == twice || once.find('\r') != std::string::npos);
  std::string same;
  dkim::append_field(same, Canonicalization::simple, text);
  require(same == text);
}

void check_tags(std::string_view text) {
  const auto list = dkim::TagList::parse(text);
  if (!list) return require(!list.error().empty());
  for (const auto& [name, value] : list->tags()) {
    require(!name.empty() && list->get(name) == value && text.find(name) != std::string_view::npos);
    require(value == dkim::trim(value) && value.find(';') == std::string_view::npos);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 2, size - 2);
  check_body(text, data[0], std::size_t{data[1]} % 7 + 1);
  check_header(text);
  check_tags(text);
  return 0;
}
