#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "gatepost/smtp/sasl/answer.hpp"
#include "gatepost/smtp/sasl/held_identity.hpp"

namespace gatepost::smtp {

/// A mechanism in which the client says one thing: PLAIN, EXTERNAL and OAuth's. Where the server asks for it although
/// it came with AUTH, it is said once more.
class OneMessageClient : public SaslClient {
 public:
  OneMessageClient(std::string_view name, const SaslIdentity& identity) : identity_(identity), name_(name) {}
  std::string_view name() const override { return name_; }
  std::optional<std::string> initial_response() override { return message(); }
  bool gave_secret() const override { return true; }
  SaslAnswer respond(std::optional<std::string_view>) override {
    if (std::exchange(asked_again_, true)) return broken(name_, "the server asks for more than the mechanism has");
    return answer(message());
  }

 protected:
  virtual std::string message() const = 0;
  const HeldIdentity identity_;

 private:
  std::string_view name_;
  bool asked_again_ = false;
};

}  // namespace gatepost::smtp
