#include "gatepost/mime/address/address_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <span>

#include "gatepost/core/text_gate.hpp"
#include "gatepost/mime/encoding/charset.hpp"
#include "gatepost/mime/header/encoded_word.hpp"

namespace gatepost::mime {

namespace {

using Kind = AddressToken::Kind;
using Tokens = std::span<const AddressToken>;

bool is_comment(const AddressToken& token) { return token.kind == Kind::comment; }
bool is_opening(const AddressToken& token) { return token.is('<'); }
bool is_closing(const AddressToken& token) { return token.is('>'); }
bool has_at(const AddressToken& token) { return token.kind == Kind::word && token.raw.find('@') != token.raw.npos; }

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

/// The old way of giving a name: "ivan@x.ru (Иван)".
std::string name_in_comment(Tokens tokens) {
  const auto last = std::find_if(tokens.rbegin(), tokens.rend(), is_comment);
  return last == tokens.rend() ? std::string() : unquoted(last->raw);
}

std::string_view as_written(Tokens tokens) {
  if (tokens.empty()) return {};
  return {tokens.front().raw.data(), tokens.back().raw.data() + tokens.back().raw.size()};
}

/// Where RFC 5322 §4.4 lets comments and white space stand within an address: beside a dot or the "@".
bool is_joint(const AddressToken& left, const AddressToken& right) {
  const auto joins = [](const AddressToken& token, char c) {
    return token.kind == Kind::word && (c == '.' || c == '@');
  };
  return joins(left, left.raw.back()) || joins(right, right.raw.front());
}

/// The addr-spec that the tokens are, without comments and white space. Where they are none: the text as it stands, and
/// `fault`. Never two words made one. Of a bare one, "Mr. ivan@x.ru" may be an address and a title before one.
std::string read_spec(Tokens tokens, bool is_bare, std::string& fault) {
  std::string address;
  const AddressToken* last = nullptr;
  bool in_local_part = true;
  for (const AddressToken& token : tokens) {
    if (is_comment(token)) continue;
    if (token.kind == Kind::special) {
      fault = fmt::format("a '{}' within an address", token.raw);
    } else if (last != nullptr && !is_joint(*last, token)) {
      fault = "two words that no dot joins are no address";
    } else if (is_bare && in_local_part && last != nullptr && token.space_before && !token.raw.starts_with('@')) {
      fault = "white space within the part before the '@'";
    }
    in_local_part = in_local_part && !has_at(token);
    address += token.raw;
    last = &token;
  }
  return fault.empty() ? address : std::string(as_written(tokens));
}

/// Behind the source route "@a,@b:" (RFC 5322 §4.4) that the tokens begin with; their beginning where there is none.
Tokens::iterator behind_route(Tokens tokens) {
  bool at_begin = true;  // of a domain
  for (auto token = tokens.begin(); token != tokens.end() && !is_opening(*token) && !is_closing(*token); ++token) {
    if (is_comment(*token)) continue;
    if (token->is(':')) return at_begin ? tokens.begin() : token + 1;
    if (token->is(',')) {
      at_begin = true;
    } else if (token->kind == Kind::special || (at_begin && !token->raw.starts_with('@'))) {
      break;
    } else {
      at_begin = false;
    }
  }
  return tokens.begin();
}

RawMailbox read_one(Tokens tokens) {
  const auto opening = std::find_if(tokens.begin(), tokens.end(), is_opening);
  RawMailbox mailbox;
  if (opening == tokens.end()) {
    mailbox.address = read_spec(tokens, true, mailbox.fault);
    if (mailbox.fault.empty()) mailbox.name = name_in_comment(tokens);
    if (std::any_of(tokens.begin(), tokens.end(), is_closing)) mailbox.fault = "a '>' without a '<'";
    return mailbox;
  }
  const auto closing = std::find_if(opening, tokens.end(), is_closing);
  mailbox.name = join_name({tokens.begin(), opening});
  mailbox.address = read_spec({behind_route({opening + 1, closing}), closing}, false, mailbox.fault);
  if (closing == tokens.end()) {
    mailbox.fault = "a '<' is not closed";
  } else if (!std::all_of(closing + 1, tokens.end(), is_comment)) {
    mailbox.fault = "there is text behind the '>'";
  } else if (mailbox.name.empty()) {
    mailbox.name = name_in_comment({closing + 1, tokens.end()});
  }
  return mailbox;
}

/// Parts a list at its commas, its groups and, where a comma is missing, behind a ">".
class ListReader {
 public:
  ListReader(Tokens tokens, std::string& fault, std::vector<AddressGroup>* groups)
      : tokens_(tokens), fault_(fault), groups_(groups) {}

  std::vector<RawMailbox> read() && {
    for (std::size_t i = 0; i < tokens_.size(); ++i) {
      const AddressToken& token = tokens_[i];
      if (token.is('<')) {
        if (closed_) {
          fault_ = "no comma between two addresses";
          take(*closed_ + 1, *closed_ + 1);
        }
        i = static_cast<std::size_t>(behind_route(tokens_.subspan(i + 1)) - tokens_.begin()) - 1;
        in_angle_ = true;
      } else if (token.is('>')) {
        if (in_angle_) closed_ = i;
        in_angle_ = false;
      } else if (token.is(',')) {
        take(i, i + 1);
      } else if (token.is(';')) {
        end_group(i);
      } else if (token.is(':') && !in_angle_) {
        begin_group(i);
      }
    }
    take(tokens_.size(), tokens_.size());
    if (depth_ > 0) fault_ = "a group is not closed with ';'";
    return std::move(mailboxes_);
  }

 private:
  void take(std::size_t end, std::size_t next) {
    const Tokens part = tokens_.subspan(begin_, end - begin_);
    if (!std::all_of(part.begin(), part.end(), is_comment)) mailboxes_.push_back(read_one(part));
    begin_ = next;
    in_angle_ = false;
    closed_.reset();
  }

  void begin_group(std::size_t colon) {
    const Tokens name = tokens_.subspan(begin_, colon - begin_);
    if (std::any_of(name.begin(), name.end(), [](const auto& token) { return has_at(token) || is_closing(token); })) {
      fault_ = "a ':' behind an address";
      return take(colon, colon + 1);
    }
    if (name.empty()) fault_ = "a group without a name";
    if (depth_ > 0) fault_ = "a group within a group";
    if (depth_ == 0 && groups_ != nullptr) groups_->push_back({join_name(name), mailboxes_.size(), 0});
    ++depth_;
    begin_ = colon + 1;
  }

  void end_group(std::size_t semicolon) {
    take(semicolon, semicolon + 1);
    if (depth_ == 0) {
      fault_ = "a ';' outside of a group";
    } else if (--depth_ == 0 && groups_ != nullptr) {
      groups_->back().count = mailboxes_.size() - groups_->back().first;
    }
  }

  Tokens tokens_;
  std::string& fault_;
  std::vector<AddressGroup>* groups_;
  std::vector<RawMailbox> mailboxes_;
  std::size_t begin_ = 0;
  std::size_t depth_ = 0;
  bool in_angle_ = false;
  std::optional<std::size_t> closed_;  ///< where the ">" of this mailbox stands
};

}  // namespace

std::vector<RawMailbox> read_mailboxes(std::string_view text, std::string& fault, std::vector<AddressGroup>* groups) {
  const std::vector<AddressToken> tokens = split_address_field(text, fault);
  return ListReader(tokens, fault, groups).read();
}

std::vector<Mailbox> read_address_header(std::string_view value, std::string_view header,
                                         std::vector<std::string>& warnings, std::string_view raw_charset) {
  std::string fault;
  std::vector<Mailbox> mailboxes;
  for (RawMailbox& raw : read_mailboxes(value, fault)) {
    // An encoded-word is never an address (RFC 2047 §5): it stands as it is.
    Mailbox mailbox{decode_encoded_words(raw.name, raw_charset), raw_text_to_utf8(raw.address, raw_charset)};
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
