#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gatepost/smtp/client/session.hpp"

namespace gatepost::smtp {

/// What FUTURERELEASE names (RFC 4865 §3).
struct FutureRelease {
  std::uint32_t max_interval = 0;  ///< seconds; 0: not named
  std::string max_date_time;       ///< "2026-12-31T00:00:00Z"; may be empty
};

/// What a server announced in its reply to EHLO (RFC 5321 §4.1.1.1), as far as the session acts on it.
struct Extensions {
  std::vector<std::string> lines;  ///< as sent, without the first one (the server's name)
  std::vector<std::string> auth;   ///< mechanisms in upper case, of "AUTH PLAIN" and of the old "AUTH=PLAIN" lines
  std::optional<std::uint64_t> size;
  bool starttls = false;
  bool pipelining = false;
  bool eight_bit_mime = false;
  bool smtp_utf8 = false;
  bool dsn = false;
  bool chunking = false;
  bool binary_mime = false;
  bool require_tls = false;
  bool mt_priority = false;
  std::optional<std::uint32_t> deliver_by;  ///< the least number of seconds in mode return; 0: not named (RFC 2852 §2)
  std::optional<FutureRelease> future_release;
  AnnouncedLimits limits;
  std::optional<std::vector<std::string>> xclient;  ///< names of the attributes, upper case
};

/// `lines`: the reply's lines with their codes ("250-SIZE 100"). What is not understood is left out; of mechanisms and
/// attributes the first 64 are kept. Nor is what stands in `without`, keywords in upper case.
Extensions read_extensions(const std::vector<std::string_view>& lines, const std::vector<std::string>& without = {});

}  // namespace gatepost::smtp
