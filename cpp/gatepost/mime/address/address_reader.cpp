#include "gatepost/mime/address/address_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "gatepost/core/text_gate.hpp"
#include "gatepost/mime/header/encoded_word.hpp"

namespace gatepost::mime {

namespace {

using Kind = AddressToken::Kind;
using Tokens = std::span<const AddressToken>;

/// Without the enclosing pair and the backslashes.
std::string unquoted(std::string_view raw) {
  std::string out;
  const char close = raw.front() == '(' ? ')' : '"';
  for (std::size_t i = 1; i < raw.size(); ++i) {
    if (raw[i] == '\\' && i + 1 < raw.size()) {
      ++i;
    } else if (i + 1 == raw.size() && raw[i] == close) {
      break;
    }
    out += raw[i];
  }
  return out;
}

/// A display name: quoted strings opened, one space wherever white space was.
std::string join_name(Tokens tokens) {
  std::string name;
  for (const AddressToken& token : tokens) {
    if (token.space_before && !name.empty()) name += ' ';
    name += token.kind == Kind::quoted ? unquoted(token.raw) : std::string(token.raw);
  }
  return name;
}

std::string join_address(Tokens tokens) {
  std::string address;
  for (const AddressToken& token : tokens) {
    if (token.kind == Kind::comment) continue;
    if (token.space_before && !address.empty()) address += ' ';
    address += token.raw;
  }
  return address;
}

RawMailbox read_one(Tokens tokens) {
  const auto opening = std::find_if(tokens.begin(), tokens.end(), [](const auto& t) { return t.is('<'); });
  RawMailbox mailbox;
  if (opening == tokens.end()) {
    mailbox.address = join_address(tokens);
    // The old way of giving a name: "ivan@x.ru (Иван)".
    for (const AddressToken& token : tokens) {
      if (token.kind == Kind::comment) mailbox.name = unquoted(token.raw);
    }
    if (std::any_of(tokens.begin(), tokens.end(), [](const auto& t) { return t.is('>'); })) {
      mailbox.fault = "a '>' without a '<'";
    }
    return mailbox;
  }
  const auto closing = std::find_if(opening, tokens.end(), [](const auto& t) { return t.is('>'); });
  mailbox.name = join_name({tokens.begin(), opening});
  mailbox.address = join_address({opening + 1, closing});
  if (closing == tokens.end()) {
    mailbox.fault = "a '<' is not closed";
  } else if (std::any_of(closing + 1, tokens.end(), [](const auto& t) { return t.kind != Kind::comment; })) {
    mailbox.fault = "there is text behind the '>'";
  }
  return mailbox;
}

}  // namespace

std::vector<RawMailbox> read_mailboxes(std::string_view text, std::string& fault, std::vector<AddressGroup>* groups) {
  const std::vector<AddressToken> tokens = split_address_field(text, fault);
  std::vector<RawMailbox> mailboxes;
  std::size_t begin = 0;
  bool in_group = false;
  bool in_angle = false;
  const auto take = [&](std::size_t end) {
    const Tokens part(tokens.data() + begin, end - begin);
    if (std::any_of(part.begin(), part.end(), [](const auto& t) { return t.kind != Kind::comment; })) {
      mailboxes.push_back(read_one(part));
    }
    begin = end + 1;
    in_angle = false;
  };
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (tokens[i].is('<')) in_angle = true;
    if (tokens[i].is('>')) in_angle = false;
    if (tokens[i].is(',')) {
      take(i);
    } else if (tokens[i].is(';')) {
      if (!in_group) fault = "a ';' outside of a group";
      take(i);
      if (in_group && groups != nullptr) groups->back().count = mailboxes.size() - groups->back().first;
      in_group = false;
    } else if (tokens[i].is(':') && !in_angle && !in_group) {
      in_group = true;
      if (groups != nullptr) groups->push_back({join_name({tokens.data() + begin, i - begin}), mailboxes.size(), 0});
      begin = i + 1;
    }
  }
  take(tokens.size());
  if (in_group) fault = "a group is not closed with ';'";
  return mailboxes;
}

std::vector<Mailbox> read_address_header(std::string_view value, std::string_view header,
                                         std::vector<std::string>& warnings) {
  std::string fault;
  std::vector<Mailbox> mailboxes;
  for (RawMailbox& raw : read_mailboxes(value, fault)) {
    Mailbox mailbox{decode_encoded_words(raw.name), decode_encoded_words(raw.address)};
    auto wire = normalise_address(mailbox.address);
    if (wire) {
      mailbox.address = *std::move(wire);
    } else {
      warnings.push_back(
          fmt::format("{}: {}: {}", header, quoted_for_message(mailbox.address), wire.error().message()));
    }
    if (!raw.fault.empty()) warnings.push_back(fmt::format("{}: {}", header, raw.fault));
    mailboxes.push_back(std::move(mailbox));
  }
  if (!fault.empty()) warnings.push_back(fmt::format("{}: {}", header, fault));
  return mailboxes;
}

}  // namespace gatepost::mime
