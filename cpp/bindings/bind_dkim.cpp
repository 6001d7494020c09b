#include <pybind11/functional.h>
#include <pybind11/stl.h>

#include <map>

#include "bindings.hpp"
#include "gatepost/core/ascii.hpp"
#include "gatepost/core/line_ends.hpp"
#include "gatepost/dkim/arc.hpp"
#include "gatepost/dkim/letter_view.hpp"
#include "gatepost/dkim/signature_tags.hpp"
#include "gatepost/dkim/signer.hpp"
#include "gatepost/dkim/verifier.hpp"
#include "seconds.hpp"
#include "text.hpp"
#include "without_gil.hpp"

namespace gatepost::bindings {

namespace {

using crypto::SigningKey;
using dkim::Signer;
// pybind11 keeps no pointers to const; what is bound below only reads.
using SignerPtr = std::shared_ptr<Signer>;

SigningKey key_or_error(Result<SigningKey, std::string> key) {
  if (!key) throw InputException{{"key", key.error()}};
  return *std::move(key);
}

crypto::KeyType type_named(const std::string& kind) {
  if (kind == "rsa") return crypto::KeyType::rsa;
  if (kind == "ed25519") return crypto::KeyType::ed25519;
  throw InputException{{{}, "kind takes one of rsa, ed25519, not '" + kind + "'"}};
}

dkim::Canonicalization form_named(const char* field, const std::string& name) {
  const auto form = dkim::parse_canonicalization(name);
  if (!form) throw InputException{{{}, std::string(field) + " takes one of simple, relaxed, not '" + name + "'"}};
  return *form;
}

SignerPtr make_signer(std::string domain, std::string selector, const SigningKey& key, std::string identity,
                      const std::string& header, const std::string& body, std::optional<std::int64_t> valid_for) {
  dkim::SignerOptions options{std::move(domain),        std::move(selector),
                              std::move(identity),      form_named("header", header),
                              form_named("body", body), {}};
  if (valid_for) {
    if (*valid_for <= 0) throw InputException{{{}, "valid_for takes more than 0 seconds"}};
    options.valid_for = std::chrono::seconds(*valid_for);
  }
  return std::const_pointer_cast<Signer>(unwrap(Signer::make(std::move(options), key)));
}

py::bytes sign(const py::bytes& raw, const std::vector<SignerPtr>& signers, double now) {
  const std::string_view bytes = raw;
  const auto at = time_from_unix(now, "now");
  const dkim::Signers all(signers.begin(), signers.end());
  std::string signed_letter;
  {
    const WorkWithoutGil work;
    std::string storage;
    const auto letter = with_crlf_lines(bytes, storage);
    signed_letter = unwrap(dkim::sign(letter, all, at));
    signed_letter += letter;
  }
  return signed_letter;
}

/// The names under which a letter's keys are published, so that Python may ask the DNS before it verifies.
py::list key_names(const py::bytes& raw) {
  py::list names;
  const dkim::VerifyLimits limits;
  std::string storage;
  std::size_t signatures = 0;
  for (const auto& field : dkim::split_letter(dkim::with_crlf(raw, storage)).fields) {
    if (!equal_ignoring_case(field.name, "DKIM-Signature")) continue;
    if (++signatures > limits.signatures) break;
    dkim::SignatureTags tags;
    if (dkim::read_signature(field.value(), tags) != dkim::Reason::none) continue;
    names.append(to_text(std::string(tags.selector) + "._domainkey." + std::string(tags.domain)));
  }
  return names;
}

/// What a key record holds, for who checks a domain.
py::dict read_key(const std::string& record) {
  const auto key = dkim::parse_key_record(record);
  const auto reason = key ? dkim::Reason::none : key.error();
  py::dict row;
  row["reason"] = to_string(reason);
  row["explanation"] = key ? "" : explain(reason);
  row["kind"] = !key ? "" : key->key.type() == crypto::KeyType::rsa ? "rsa" : "ed25519";
  row["bits"] = key ? key->key.bits() : 0;
  row["testing"] = key && key->testing;
  return row;
}

using Answers = std::map<std::string, std::optional<std::vector<std::string>>>;

dkim::TxtLookup lookup_in(const Answers& answers) {
  return [&answers](const std::string& name) -> dkim::TxtAnswer {
    const auto found = answers.find(name);
    if (found == answers.end()) return {};
    if (!found->second) return {dkim::TxtAnswer::Status::temporary_error, {}};
    return {dkim::TxtAnswer::Status::found, *found->second};
  };
}

using Ask = std::function<std::optional<std::vector<std::string>>(const py::str& name)>;

/// Asks Python, whose lock is not held.
dkim::TxtLookup lookup_by(const Ask& ask) {
  return [&ask](const std::string& name) -> dkim::TxtAnswer {
    const py::gil_scoped_acquire acquire;
    const auto records = ask(to_text(name));
    if (!records) return {dkim::TxtAnswer::Status::temporary_error, {}};
    return {dkim::TxtAnswer::Status::found, *records};
  };
}

py::dict verify_arc(const py::bytes& raw, const Ask& ask, double now) {
  const std::string_view bytes = raw;
  const auto at = time_from_unix(now, "now");
  dkim::ArcVerification result;
  {
    const WithoutGil without;  // the look-up asks Python
    result = dkim::verify_arc(bytes, lookup_by(ask), at);
  }
  py::list sets;
  for (const auto& set : result.sets) {
    sets.append(py::make_tuple(set.instance, to_text(set.domain), to_text(set.selector), to_text(set.chain),
                               to_text(set.authentication_results)));
  }
  py::dict row;
  row["status"] = to_string(result.status);
  row["reason"] = to_string(result.reason);
  row["explanation"] = result.status == dkim::ChainStatus::fail ? explain(result.reason) : "";
  row["instance"] = result.instance;
  row["part"] = result.part;
  row["sets"] = sets;
  return row;
}

dkim::ChainStatus chain_named(const std::string& name) {
  for (const auto status : {dkim::ChainStatus::none, dkim::ChainStatus::pass, dkim::ChainStatus::fail}) {
    if (to_string(status) == name) return status;
  }
  throw InputException{{{}, "chain takes one of none, pass, fail, not '" + name + "'"}};
}

py::bytes seal_arc(const py::bytes& raw, const SignerPtr& signer, const std::string& results, const std::string& chain,
                   double now) {
  const std::string_view bytes = raw;
  const auto at = time_from_unix(now, "now");
  const auto status = chain_named(chain);
  std::string sealed;
  {
    const WorkWithoutGil work;
    std::string storage;
    const auto letter = with_crlf_lines(bytes, storage);
    sealed = unwrap(dkim::seal_arc(letter, *signer, results, status, at));
    sealed += letter;
  }
  return sealed;
}

py::list verify(const py::bytes& raw, const Answers& answers, double now) {
  const std::string_view bytes = raw;
  const auto at = time_from_unix(now, "now");
  std::vector<dkim::Verification> results;
  {
    const WorkWithoutGil work;
    results = dkim::verify(bytes, lookup_in(answers), at);
  }
  py::list rows;
  for (const auto& result : results) {
    py::dict row;
    row["status"] = to_string(result.status);
    row["reason"] = to_string(result.reason);
    row["explanation"] = explain(result.reason);
    row["domain"] = to_text(result.domain);
    row["selector"] = to_text(result.selector);
    row["identity"] = to_text(result.identity);
    row["algorithm"] = to_text(result.algorithm);
    row["signature"] = to_text(result.signature);
    row["key_bits"] = result.key_bits;
    row["testing"] = result.testing;
    rows.append(row);
  }
  return rows;
}

}  // namespace

void bind_dkim(py::module_& m) {
  using py::literals::operator""_a;
  py::class_<SigningKey>(m, "SigningKey")
      .def_static(
          "load",
          [](const std::string& pem, const std::string& passphrase) {
            return key_or_error(SigningKey::load(pem, passphrase));
          },
          "pem"_a, "passphrase"_a = "")
      .def_static(
          "generate",
          [](const std::string& kind, unsigned bits) {
            const auto type = type_named(kind);
            const WorkWithoutGil work;
            return key_or_error(SigningKey::generate(type, bits));
          },
          "kind"_a, "bits"_a = 2048)
      .def_property_readonly(
          "kind", [](const SigningKey& self) { return self.type() == crypto::KeyType::rsa ? "rsa" : "ed25519"; })
      .def_property_readonly("bits", &SigningKey::bits)
      .def("to_pem", &SigningKey::to_pem)
      .def("record", &dkim::key_record_text);
  py::class_<Signer, SignerPtr>(m, "Signer")
      .def(py::init(&make_signer), py::kw_only(), "domain"_a, "selector"_a, "key"_a, "identity"_a = "",
           "header"_a = "relaxed", "body"_a = "relaxed", "valid_for"_a = py::none());
  m.def("dkim_sign", &sign, "raw"_a, "signers"_a, "now"_a);
  m.def("dkim_key_names", &key_names, "raw"_a);
  m.def("dkim_verify", &verify, "raw"_a, "answers"_a, "now"_a);
  m.def("arc_verify", &verify_arc, "raw"_a, "ask"_a, "now"_a);
  m.def("arc_seal", &seal_arc, "raw"_a, "signer"_a, "results"_a, "chain"_a, "now"_a);
  m.def("dkim_read_key", &read_key, "record"_a);
  m.def("zone_file_value", &dkim::zone_file_value, "record"_a);
}

}  // namespace gatepost::bindings
