#pragma once
#include <cstdint>
#include <string_view>
#include <vector>

#include "gatepost/core/result.hpp"
#include "gatepost/smtp/server/options.hpp"

namespace gatepost::smtp {

/// What the parameters of MAIL ask for that the session itself must know.
struct MailParameters {
  std::uint64_t size = 0;
  bool smtp_utf8 = false;
  bool eight_bit = false;  ///< BODY=8BITMIME or BINARYMIME
  bool binary = false;     ///< BODY=BINARYMIME
  bool unknown = false;    ///< one of them is of no extension that is served, and the leniency lets it pass
};

/// Checks names, values and combinations against what the options announce; under TLS where `tls`. The error is the
/// reply: 555 5.5.4 for a parameter that is not announced, 501 5.5.4 for a bad value, 552 5.3.4 for a SIZE over the
/// limit.
Result<MailParameters, std::string_view> read_mail_parameters(const std::vector<std::string_view>& parameters,
                                                              const ServerOptions& options, bool tls);

struct RcptParameters {
  bool unknown = false;
};
/// NOTIFY and ORCPT (RFC 3461). `utf8`: MAIL had SMTPUTF8, so that ORCPT may be of type utf-8 as it is (RFC 6533 §3).
Result<RcptParameters, std::string_view> read_rcpt_parameters(const std::vector<std::string_view>& parameters,
                                                              const ServerOptions& options, bool utf8);

}  // namespace gatepost::smtp
