#include "gatepost/engine/author_domain.hpp"

#include <vector>

#include "gatepost/core/ascii.hpp"
#include "gatepost/mime/address/address_reader.hpp"
#include "gatepost/mime/parse/header_block.hpp"

namespace gatepost::engine {

std::string author_domain(std::string_view raw) {
  std::vector<mime::Mailbox> authors;
  std::vector<std::string> warnings;
  mime::HeaderBlock header(raw);
  while (const auto field = header.next()) {
    if (!equal_ignoring_case(field->name, "From")) continue;
    for (auto& author : mime::read_address_header(field->value, "From", warnings)) authors.push_back(std::move(author));
  }
  if (authors.size() != 1) return {};
  // What the reader could not bring to wire form is no domain.
  const auto wire = mime::normalise_address("a@" + std::string(mime::domain_of(authors.front().address)));
  return wire ? std::string(mime::domain_of(*wire)) : std::string();
}

}  // namespace gatepost::engine
