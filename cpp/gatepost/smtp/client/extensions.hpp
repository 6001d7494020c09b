#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gatepost::smtp {

/// What a server announced in its reply to EHLO (RFC 5321 §4.1.1.1).
struct Extensions {
  std::vector<std::string> lines;  ///< as sent, without the first one (the server's name)
  std::vector<std::string> auth;   ///< mechanisms in upper case, of "AUTH PLAIN" and of the old "AUTH=PLAIN" lines
  std::optional<std::uint64_t> size;
  bool starttls = false;
  bool pipelining = false;
  bool eight_bit_mime = false;
  bool smtp_utf8 = false;
};

/// `lines`: the reply's lines with their codes ("250-SIZE 100").
Extensions read_extensions(const std::vector<std::string_view>& lines);

}  // namespace gatepost::smtp
