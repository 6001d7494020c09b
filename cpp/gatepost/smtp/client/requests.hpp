#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include "gatepost/codes/category.hpp"
#include "gatepost/core/result.hpp"
#include "gatepost/smtp/client/extensions.hpp"
#include "gatepost/smtp/client/letter_requests.hpp"

namespace gatepost::smtp {

/// LetterRequests as one server gets them: parameters of MAIL and RCPT, a space before each.
struct RequestParameters {
  std::string mail;                  ///< " RET=HDRS ENVID=x"
  std::string rcpt;                  ///< " NOTIFY=NEVER"
  bool original_recipients = false;  ///< each RCPT has its append_original_recipient()
  std::string left_out;  ///< what the server does not offer and the letter can do without: "DSN, MT-PRIORITY"
};

/// Why a letter must not go without, or with, what it asks for.
struct RequestRefusal {
  codes::Category category;  ///< message_malformed or feature_unsupported
  std::string why;
};

/// `verified_tls`: the connection is encrypted and the server's certificate was checked. `recipients`: of the letter.
Result<RequestParameters, RequestRefusal> request_parameters(const LetterRequests& requests, const Extensions& offered,
                                                             bool verified_tls, std::size_t recipients);

}  // namespace gatepost::smtp
