#pragma once
#include <string>

namespace gatepost {

/// Bad input of the caller: what is wrong and where ("attachments[1].name: byte 3 is a line feed").
struct InputError {
  std::string where;
  std::string what;

  std::string message() const { return where.empty() ? what : where + ": " + what; }
};

}  // namespace gatepost
