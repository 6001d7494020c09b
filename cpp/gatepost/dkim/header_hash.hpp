#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "gatepost/crypto/digest.hpp"
#include "gatepost/dkim/canonical.hpp"
#include "gatepost/dkim/letter_view.hpp"

namespace gatepost::dkim {

/// The digest that a signature signs (RFC 6376 §3.7): for each of `names` the lowest field of that name not yet taken
/// (§5.4.2; where there is none, nothing), and last `signature`, the signature's own field with an empty b=.
std::string header_hash(crypto::Digest digest, Canonicalization canonicalization, const std::vector<Field>& fields,
                        const std::vector<std::string_view>& names, std::string_view signature);

/// A signature's field without the value of its tag `name` and the white space around that value.
std::string without_value_of(std::string_view field, std::string_view name);

}  // namespace gatepost::dkim
