#pragma once
#include <chrono>

namespace gatepost::net {

/// How long each phase may take, RFC 5321 §4.5.3.2 and requirement B5 (connect: 10 s).
struct Deadlines {
  std::chrono::milliseconds dns{10'000};
  std::chrono::milliseconds connect{10'000};
  std::chrono::milliseconds tls{30'000};
  std::chrono::milliseconds greeting{60'000};
  std::chrono::milliseconds command{120'000};
  std::chrono::milliseconds data_block{180'000};  ///< each write of a letter's body
  std::chrono::milliseconds final_reply{600'000};
};

}  // namespace gatepost::net
