// A whole letter against a table of keys, and the key record itself: no crash, bounded work, a reason for whatever did
// not pass, and what can be signed at all verifies. Input: a key record up to the first NUL, then the letter.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "gatepost/dkim/arc.hpp"
#include "gatepost/dkim/signer.hpp"
#include "gatepost/dkim/verifier.hpp"

using namespace gatepost;

namespace {

const TimePoint now = std::chrono::sys_days{std::chrono::year{2030} / 1 / 1};  // later than the corpus was signed

// The key of RFC 8463, appendix A: what the corpus says is signed by it is not.
constexpr const char* known_record = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";

void require(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto end = input.find('\0');
  const std::string record(input.substr(0, end));
  const auto letter = end == std::string_view::npos ? input : input.substr(end + 1);

  int asked = 0;
  const dkim::TxtLookup lookup = [&](const std::string& name) -> dkim::TxtAnswer {
    ++asked;
    return {dkim::TxtAnswer::Status::found, {name.starts_with("own.") ? record : known_record}};
  };
  const auto results = dkim::verify(letter, lookup, now);
  require(results.size() <= 11 && asked <= 10);
  for (const auto& result : results) {
    require((result.status == dkim::Status::pass) == (result.reason == dkim::Reason::none));
    require(!to_string(result.reason).empty() && !explain(result.reason).empty());
  }
  asked = 0;
  const auto chain = dkim::verify_arc(letter, lookup, now);
  require(chain.sets.size() <= 50 && asked <= 51);
  require((chain.status == dkim::ChainStatus::fail) == (chain.reason != dkim::Reason::none));

  // What can be signed verifies, whatever stands in it.
  static const auto key = *crypto::SigningKey::generate(crypto::KeyType::ed25519);
  static const auto own_record = dkim::key_record_text(key);
  static const auto signer = [] {
    dkim::SignerOptions options;
    options.domain = "example.com";
    options.selector = "s";
    options.header = dkim::Canonicalization::simple;
    return *dkim::Signer::make(options, key);
  }();
  const auto fields = dkim::sign(letter, {signer}, now);
  if (!fields) return 0;
  const auto own = [](const std::string&) -> dkim::TxtAnswer { return {dkim::TxtAnswer::Status::found, {own_record}}; };
  require(dkim::verify(*fields + std::string(letter), own, now).front().status == dkim::Status::pass);
  return 0;
}
