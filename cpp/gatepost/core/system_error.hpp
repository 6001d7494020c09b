#pragma once
#include <string>

namespace gatepost {

/// What the system would not do: "/run/x: Permission denied".
struct SystemError {
  std::string message;
  int number = 0;  ///< errno; 0 where the system gave none
};

}  // namespace gatepost
