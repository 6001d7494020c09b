#include "gatepost/dkim/signature_tags.hpp"

#include <algorithm>
#include <charconv>

#include "gatepost/core/ascii.hpp"
#include "gatepost/core/base64.hpp"
#include "gatepost/core/mailbox.hpp"
#include "gatepost/dkim/tag_list.hpp"

namespace gatepost::dkim {

namespace {

/// False where the tag is there and no number of at most 76 digits (§3.5, l=); what does not fit is the largest.
bool read_number(const TagList& tags, std::string_view name, std::optional<std::uint64_t>& number) {
  const auto* text = tags.find(name);
  if (text == nullptr) return true;
  constexpr std::size_t most_digits = 76;
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (text->empty() || text->size() > most_digits || end != text->data() + text->size()) return false;
  if (error == std::errc::result_out_of_range) value = UINT64_MAX;
  number = value;
  return true;
}

bool below(std::string_view host, std::string_view domain) {
  if (host.size() < domain.size()) return false;
  const auto at = host.size() - domain.size();
  return equal_ignoring_case(host.substr(at), domain) && (at == 0 || host[at - 1] == '.');
}

Reason read_canonicalization(std::string_view text, SignatureTags& tags) {
  const auto slash = text.find('/');
  const auto header = parse_canonicalization(text.substr(0, slash));
  const auto body =
      slash == std::string_view::npos ? Canonicalization::simple : parse_canonicalization(text.substr(slash + 1));
  if (!header || !body) return Reason::canonicalization;
  tags.header = *header;
  tags.body = *body;
  return Reason::none;
}

/// "rsa-sha256" and its kin; false where it is none.
bool read_algorithm(std::string_view name, SignatureTags& tags) {
  tags.algorithm = name;
  if (name == "ed25519-sha256") {
    tags.key_type = crypto::KeyType::ed25519;
    return true;
  }
  tags.key_type = crypto::KeyType::rsa;
  tags.digest = name == "rsa-sha1" ? crypto::Digest::sha1 : crypto::Digest::sha256;
  return name == "rsa-sha256" || name == "rsa-sha1";
}

/// What all kinds of signatures have: a=, b=, d=, s=.
Reason read_key_tags(const TagList& list, SignatureTags& tags) {
  tags.domain = list.get("d");
  tags.selector = list.get("s");
  const bool algorithm_known = read_algorithm(list.get("a"), tags);
  const auto b = base64_decode(without_space(list.get("b")));
  if (b) tags.signature = *b;
  for (const auto* name : {"a", "b", "d", "s"}) {
    if (list.get(name).empty()) return Reason::syntax;
  }
  if (!b) return Reason::syntax;
  return algorithm_known ? Reason::none : Reason::algorithm;
}

/// What a signature over headers and body has.
Reason read_message_tags(const TagList& list, SignatureTags& tags) {
  if (const auto reason = read_key_tags(list, tags); reason != Reason::none) return reason;
  const auto bh = base64_decode(without_space(list.get("bh")));
  if (list.get("bh").empty() || list.get("h").empty() || !bh) return Reason::syntax;
  tags.body_hash = *bh;
  if (list.has("c")) {
    if (const auto reason = read_canonicalization(list.get("c"), tags); reason != Reason::none) return reason;
  }
  if (list.has("q")) {
    const auto methods = split_list(list.get("q"));
    if (std::find(methods.begin(), methods.end(), "dns/txt") == methods.end()) return Reason::query;
  }
  if (!read_number(list, "l", tags.body_length) || !read_number(list, "t", tags.signed_at) ||
      !read_number(list, "x", tags.expires_at)) {
    return Reason::syntax;
  }
  tags.names = split_list(list.get("h"));
  if (std::any_of(tags.names.begin(), tags.names.end(), [](auto name) { return name.empty(); })) return Reason::syntax;
  const bool from =
      std::any_of(tags.names.begin(), tags.names.end(), [](auto name) { return equal_ignoring_case(name, "From"); });
  return from ? Reason::none : Reason::from_not_signed;
}

}  // namespace

Reason read_signature(std::string_view value, SignatureTags& tags) {
  const auto list = TagList::parse(value);
  if (!list) return Reason::syntax;
  tags.identity = list->has("i") ? std::string(list->get("i")) : "@" + std::string(list->get("d"));
  const auto reason = read_message_tags(*list, tags);
  if (list->get("v").empty()) return Reason::syntax;
  if (list->get("v") != "1") return Reason::version;
  if (reason != Reason::none) return reason;
  const auto identity = split_mailbox(tags.identity);
  return identity.has_at && below(identity.domain, tags.domain) ? Reason::none : Reason::identity;
}

Reason read_arc_signature(std::string_view value, SignatureTags& tags) {
  const auto list = TagList::parse(value);
  if (!list) return Reason::syntax;
  tags.identity = "@" + std::string(list->get("d"));
  const auto reason = read_message_tags(*list, tags);
  const bool seals = std::any_of(tags.names.begin(), tags.names.end(),
                                 [](auto name) { return equal_ignoring_case(name, "ARC-Seal"); });
  return reason == Reason::none && seals ? Reason::syntax : reason;
}

Reason read_seal(std::string_view value, SealTags& seal) {
  const auto list = TagList::parse(value);
  if (!list) return Reason::syntax;
  const auto reason = read_key_tags(*list, seal.signature);
  seal.chain = list->get("cv");
  if (reason != Reason::none) return reason;
  // A seal covers the headers of ARC and nothing else, so it may name none (RFC 8617 §4.1.3).
  const bool known = seal.chain == "none" || seal.chain == "pass" || seal.chain == "fail";
  return known && !list->has("h") && !list->has("bh") ? Reason::none : Reason::syntax;
}

}  // namespace gatepost::dkim
