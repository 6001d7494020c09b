#pragma once
#include <string_view>

#include "gatepost/smtp/server/handler.hpp"

namespace gatepost::smtp::server {

/// What a handler's verdict means on the wire.
struct VerdictReply {
  bool accepted;
  bool closes;            ///< the connection, behind the reply
  std::string_view text;  ///< "": no reply. Views the verdict or the ordinary reply
};

/// `ordinary` is the reply of the step where the verdict gives none of its own.
VerdictReply reply_of(const Verdict& verdict, std::string_view ordinary);

}  // namespace gatepost::smtp::server
