#include "gatepost/smtp/server/turn.hpp"

#include <string>
#include <utility>

namespace gatepost::smtp::server {

void Turn::replies_to(Verb verb) {
  awaited_ = Awaited::reply;
  verb_ = verb;
}

void Turn::refuse_early_talk() {
  const auto& leniency = context_.options.leniency;
  if (std::exchange(awaited_, Awaited::nothing) == Awaited::greeting) {
    context_.warn("input before the greeting");
    if (leniency.early_talk) return;
    return context_.close_with("554 5.5.0 SMTP protocol synchronization: input before the greeting",
                               "input before the greeting");
  }
  const auto name = to_string(verb_);
  const auto reason = "input behind " + std::string(name.empty() ? "a command" : name) + " before its reply";
  context_.warn(reason);
  if (!leniency.bad_pipelining) context_.close_with("554 5.5.0 SMTP protocol synchronization: " + reason, reason);
}

}  // namespace gatepost::smtp::server
