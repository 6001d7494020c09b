#pragma once
#include <string_view>

#include "gatepost/core/ascii.hpp"

namespace gatepost::mime {

/// RFC 5322 §3.2.3 atext.
inline bool is_atext(char c) {
  return is_alnum(c) || std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos;
}

}  // namespace gatepost::mime
