#pragma once
#include <string_view>

namespace gatepost::smtp {

/// Looks through a letter, in any portions, for octets that not every letter may hold.
class OctetScan {
 public:
  void read(std::string_view bytes);
  bool nul() const { return nul_; }    ///< there was a 0
  bool high() const { return high_; }  ///< there was one over 127

 private:
  bool nul_ = false;
  bool high_ = false;
};

}  // namespace gatepost::smtp
