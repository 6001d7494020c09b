#include "gatepost/sink/situation.hpp"

#include <array>
#include <utility>

#include "gatepost/core/ascii.hpp"

namespace gatepost::sink {

namespace {

constexpr std::array<std::pair<std::string_view, Subject>, 8> names{{
    {"client", Subject::client},
    {"session", Subject::session},
    {"ehlo", Subject::ehlo},
    {"user", Subject::user},
    {"from", Subject::from},
    {"from_domain", Subject::from_domain},
    {"to", Subject::to},
    {"to_domain", Subject::to_domain},
}};

std::string domain_of(std::string_view address) {
  const auto at = address.rfind('@');
  return at == std::string_view::npos ? std::string() : lower(address.substr(at + 1));
}

}  // namespace

bool parse_subject(std::string_view name, Subject& subject) {
  for (const auto& [word, known] : names) {
    if (word == name) {
      subject = known;
      return true;
    }
  }
  return false;
}

std::string_view to_string(Subject subject) {
  for (const auto& [word, known] : names) {
    if (known == subject) return word;
  }
  return {};
}

std::vector<std::string> values_of(Subject subject, const Situation& situation) {
  const auto of_recipients = [&](const auto& value) {
    if (situation.recipients == nullptr) return std::vector<std::string>{value(situation.to)};
    std::vector<std::string> values;
    for (const auto& recipient : *situation.recipients) values.push_back(value(std::string_view(recipient)));
    return values;
  };
  switch (subject) {
    case Subject::client:
      return {std::string(situation.client)};
    case Subject::session:
      return {std::to_string(situation.session_id)};
    case Subject::ehlo:
      return {lower(situation.ehlo)};
    case Subject::user:
      return {lower(situation.user)};
    case Subject::from:
      return {lower(situation.from)};
    case Subject::from_domain:
      return {domain_of(situation.from)};
    case Subject::to:
      return of_recipients([](std::string_view address) { return lower(address); });
    case Subject::to_domain:
      return of_recipients(domain_of);
  }
  return {};
}

}  // namespace gatepost::sink
