#include "gatepost/dkim/arc.hpp"

#include <algorithm>
#include <utility>

#include "gatepost/core/ascii.hpp"
#include "gatepost/core/base64.hpp"
#include "gatepost/crypto/digest.hpp"
#include "gatepost/dkim/arc_set.hpp"
#include "gatepost/dkim/header_hash.hpp"
#include "gatepost/dkim/letter_view.hpp"
#include "gatepost/dkim/signature_checker.hpp"
#include "gatepost/dkim/signature_tags.hpp"
#include "gatepost/dkim/signed_headers.hpp"
#include "gatepost/dkim/tag_list.hpp"
#include "gatepost/dkim/tag_writer.hpp"

namespace gatepost::dkim {

namespace {

constexpr std::string_view seal_part = "seal";
constexpr std::string_view message_part = "message_signature";

ArcVerification& failed(ArcVerification& result, Reason reason, unsigned instance, std::string_view part) {
  result.status = ChainStatus::fail;
  result.reason = reason;
  result.instance = instance;
  result.part = part;
  return result;
}

/// A set's value of Authentication-Results, folded for the line.
std::string folded(std::string_view name, unsigned instance, std::string_view results) {
  constexpr std::size_t longest_line = 76;
  auto field = std::string(name) + ": i=" + std::to_string(instance) + ";";
  auto column = field.size();
  while (!results.empty()) {
    const auto end = std::min(results.find(' ', 1), results.size());
    auto word = results.substr(0, end);
    results.remove_prefix(end);
    while (!word.empty() && word.front() == ' ') word.remove_prefix(1);
    if (word.empty()) continue;
    const bool fits = column + 1 + word.size() <= longest_line;
    field += fits ? " " : "\r\n\t";
    column = (fits ? column + 1 : 8) + word.size();
    field += word;
  }
  return field;
}

std::string message_signature(const LetterView& letter, const Signer& signer, unsigned instance, TimePoint now) {
  auto names = names_to_sign(letter);
  constexpr std::size_t most_signatures = 10;  // the lowest, which came first
  names.insert(names.end(), std::min(count_fields(letter, "DKIM-Signature"), most_signatures), "DKIM-Signature");
  TagWriter tags("ARC-Message-Signature");
  tags.tag("i", std::to_string(instance));
  tags.tag("a", signer.algorithm());
  tags.tag("c", "relaxed/relaxed");
  tags.tag("d", signer.options().domain);
  tags.tag("s", signer.options().selector);
  tags.tag("t", seconds_since_epoch(now));
  tags.list("h", names);
  tags.base64("bh", body_hash(letter.body, Canonicalization::relaxed));
  tags.open("b");
  const auto digest = header_hash(crypto::Digest::sha256, Canonicalization::relaxed, letter.fields, names, tags.text());
  return std::move(tags).finish(base64_encode(signer.key().sign_sha256(digest)));
}

/// `canonical`: what is sealed, without the seal itself.
std::string seal_field(std::string canonical, const Signer& signer, unsigned instance, ChainStatus chain,
                       TimePoint now) {
  TagWriter tags("ARC-Seal");
  tags.tag("i", std::to_string(instance));
  tags.tag("a", signer.algorithm());
  tags.tag("cv", to_string(chain));
  tags.tag("d", signer.options().domain);
  tags.tag("s", signer.options().selector);
  tags.tag("t", seconds_since_epoch(now));
  tags.open("b");
  append_field(canonical, Canonicalization::relaxed, tags.text());
  const auto digest = crypto::hash(crypto::Digest::sha256, canonical);
  return std::move(tags).finish(base64_encode(signer.key().sign_sha256(digest)));
}

/// Whether the last host sealed the chain as failed, after which nobody may add to it (RFC 8617 §5.1.2).
bool ended(const LetterView& letter, unsigned highest) {
  return std::any_of(letter.fields.begin(), letter.fields.end(), [&](const Field& field) {
    if (!equal_ignoring_case(field.name, "ARC-Seal")) return false;
    SealTags seal;
    return arc_instance(field) == highest && read_seal(field.value(), seal) == Reason::none && seal.chain == "fail";
  });
}

bool is_clean(std::string_view text) { return std::none_of(text.begin(), text.end(), is_control); }

/// authserv-id, ";", and "none" or results, each of which has a "=" (RFC 8601 §2.2).
bool names_host_and_results(std::string_view text) {
  const auto end = text.find(';');
  if (end == std::string_view::npos || trim(text.substr(0, end)).empty()) return false;
  const auto results = trim(text.substr(end + 1));
  return equal_ignoring_case(results, "none") || results.find('=') != std::string_view::npos;
}

}  // namespace

std::string_view to_string(ChainStatus status) {
  switch (status) {
    case ChainStatus::none:
      return "none";
    case ChainStatus::pass:
      return "pass";
    case ChainStatus::fail:
      break;
  }
  return "fail";
}

ArcVerification verify_arc(std::string_view raw, const TxtLookup& lookup, TimePoint now) {
  std::string storage;
  const auto letter = split_letter(with_crlf(raw, storage));
  ArcVerification result;
  const auto sets = arc_sets(letter);
  if (!sets) return failed(result, sets.error(), 0, {});
  if (sets->empty()) return result;

  std::vector<SealTags> seals(sets->size());
  for (unsigned i = 1; i <= sets->size(); ++i) {
    const auto& set = (*sets)[i - 1];
    auto& seal = seals[i - 1];
    const auto reason = read_seal(set.seal->value(), seal);
    result.sets.push_back({i, std::string(seal.signature.domain), std::string(seal.signature.selector),
                           std::string(seal.chain), std::string(without_instance(set.results->value()))});
    if (reason != Reason::none) return failed(result, reason, i, seal_part);
  }
  const auto last = static_cast<unsigned>(sets->size());
  if (seals.back().chain == "fail") return failed(result, Reason::chain_broken_before, last, seal_part);
  for (unsigned i = 1; i <= last; ++i) {
    if (seals[i - 1].chain != (i == 1 ? "none" : "pass")) return failed(result, Reason::chain_value, i, seal_part);
  }

  SignatureChecker checker(letter, lookup, now);
  KeyFacts facts;
  SignatureTags tags;
  auto reason = read_arc_signature(sets->back().message->value(), tags);
  if (reason == Reason::none) reason = checker.check_message(*sets->back().message, tags, facts);
  if (reason != Reason::none) return failed(result, reason, last, message_part);
  std::string before;
  for (unsigned i = 1; i <= last; ++i) {
    auto sealed = before;
    append_set(sealed, (*sets)[i - 1], false);
    reason = checker.check_seal(seals[i - 1].signature, sealed, facts);
    if (reason != Reason::none) return failed(result, reason, i, seal_part);
    append_set(before, (*sets)[i - 1], true);
  }
  result.status = ChainStatus::pass;
  return result;
}

Result<std::string, InputError> seal_arc(std::string_view raw, const Signer& signer, std::string_view results,
                                         ChainStatus chain, TimePoint now) {
  const auto letter = split_letter(raw);
  if (auto error = why_unsignable(raw, letter, names_to_sign(letter))) return *std::move(error);
  if (results.empty() || !is_clean(results))
    return InputError("authentication_results", "is empty or holds a control character");
  if (!names_host_and_results(results))
    return InputError("authentication_results", "is not of the form 'mx.example.net; spf=pass ...' or '...; none'");
  const auto highest = highest_arc_instance(letter);
  if (highest >= most_arc_sets) return InputError("chain", "already has 50 sets, the most that are allowed");
  if (ended(letter, highest)) return InputError("chain", "was sealed as failed, so nothing may be added to it");
  const auto sets = arc_sets(letter);
  if (chain != ChainStatus::fail && (!sets || sets->empty() != (chain == ChainStatus::none)))
    return InputError("chain", "is not '" + std::string(to_string(chain)) + "'");

  const auto instance = highest + 1;
  const auto own_results = folded("ARC-Authentication-Results", instance, results);
  const auto own_message = message_signature(letter, signer, instance, now);
  std::string canonical;
  // A chain that failed is sealed without what came before, which may be anything (RFC 8617 §5.1.2).
  if (chain == ChainStatus::pass) {
    for (const auto& set : *sets) append_set(canonical, set, true);
  }
  for (const auto field :
       {std::string_view(own_results), std::string_view(own_message).substr(0, own_message.size() - 2)}) {
    append_field(canonical, Canonicalization::relaxed, field);
    canonical += "\r\n";
  }
  return seal_field(std::move(canonical), signer, instance, chain, now) + own_message + own_results + "\r\n";
}

}  // namespace gatepost::dkim
