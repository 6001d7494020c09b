#include "gatepost/smtp/server/verdict_reply.hpp"

#include "gatepost/smtp/server/reply_texts.hpp"

namespace gatepost::smtp::server {

VerdictReply reply_of(const Verdict& verdict, std::string_view ordinary) {
  using Action = Verdict::Action;
  const std::string_view own = verdict.reply;
  switch (verdict.action) {
    case Action::accept:
      if (own.empty()) return {true, false, ordinary};
      return {own[0] == ordinary[0], own.starts_with("421"), own};
    case Action::discard:
      return {true, false, ordinary};
    case Action::refuse:
      return {false, own.starts_with("421"), own.empty() ? "550 5.7.1 Refused" : own};
    case Action::close:
      return {false, true, own};
    case Action::later:
      break;
  }
  return {false, false, no_decision_reply};
}

}  // namespace gatepost::smtp::server
