#include "gatepost/smtp/client/step.hpp"

#include <utility>

namespace gatepost::smtp {

codes::Failure session_failure(codes::Category category, codes::Phase phase, std::string message) {
  auto why = codes::local_failure(category, phase, std::move(message));
  why.scope = codes::Scope::session;
  return why;
}

Ending give_up(codes::Failure why) { return {std::move(why), "QUIT\r\n"}; }

Ending give_up(codes::Category category, codes::Phase phase, std::string message) {
  return give_up(session_failure(category, phase, std::move(message)));
}

}  // namespace gatepost::smtp
