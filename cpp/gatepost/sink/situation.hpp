#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gatepost/codes/phase.hpp"

namespace gatepost::sink {

/// What is known where a rule is asked. Views live for the call only.
struct Situation {
  codes::Phase phase = codes::Phase::connect;
  std::string_view client;
  std::string_view user{};
  std::string_view from{};
  std::string_view to{};                         ///< rcpt: the address asked for
  const std::vector<std::string>* recipients{};  ///< data, final: all of them
  std::string_view data{};                       ///< final: the letter
  std::string_view ehlo{};
  bool tls = false;
  std::uint64_t session_id = 0;
  std::uint64_t size = 0;  ///< bytes: announced (mail), or of the letter (final)
};

/// What of a situation is compared, counted by or kept in a list.
enum class Subject : std::uint8_t { client, session, ehlo, user, from, from_domain, to, to_domain };

/// "client", "session", ... ; the error names those that there are.
bool parse_subject(std::string_view name, Subject& subject);
std::string_view to_string(Subject subject);

/// The values of one subject in lower case: several where it is about the recipients of a whole letter.
std::vector<std::string> values_of(Subject subject, const Situation& situation);

}  // namespace gatepost::sink
