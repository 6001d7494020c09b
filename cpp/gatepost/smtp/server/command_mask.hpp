#pragma once
#include <string>
#include <string_view>

#include "gatepost/smtp/server/command_parser.hpp"

namespace gatepost::smtp {

/// A command line as a transcript may show it.
struct MaskedCommand {
  std::string text;           ///< what may be a secret is "****"; empty: the line as it is
  bool auth_goes_on = false;  ///< the next lines may hold secrets too
};

/// `line` is that of which `command` was read, without control characters. `behind_auth`: nothing well-formed has come
/// since an AUTH, so that arguments out of place may belong to it. Shown are the names of known mechanisms, and of
/// other commands all but what stands behind the word AUTH.
MaskedCommand mask_command(const CommandLine& command, std::string_view line, bool behind_auth);

}  // namespace gatepost::smtp
