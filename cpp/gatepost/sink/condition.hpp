#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gatepost/core/clock.hpp"
#include "gatepost/net/address_blocks.hpp"
#include "gatepost/sink/gate_state.hpp"
#include "gatepost/sink/schedule.hpp"
#include "gatepost/sink/situation.hpp"

namespace gatepost::sink {

/// A number of the gate's state compared with another: {"balance", "<=", 0}.
struct Comparison {
  enum class Operator : std::uint8_t { less, less_equal, equal, unequal, greater_equal, greater };

  std::string name;
  Operator op = Operator::equal;
  double value = 0.0;

  bool holds(const GateState& state) const;
};

/// "<= 0" and its like; false where it is none.
bool parse_comparison(std::string_view text, Comparison& comparison);

/// What a rule asks for. All that is set has to hold; where a letter has several recipients, `to` and `listed` hold
/// where they do for one of them. Globs know * and ? and take capitals for small letters.
struct Condition {
  std::string from = "*";                                      ///< MAIL FROM
  std::string to = "*";                                        ///< recipient
  std::string user = "*";                                      ///< login
  std::optional<bool> from_is_user{};                          ///< whether MAIL FROM, or its local part, is the login
  std::string ehlo = "*";                                      ///< EHLO name
  std::optional<net::AddressBlocks> client{};                  ///< networks
  std::optional<bool> tls{};                                   ///< whether the session is encrypted
  std::string subject = "*";                                   ///< decoded (final)
  std::vector<std::pair<std::string, std::string>> headers{};  ///< name, and glob for its decoded value (final)
  std::vector<std::string> missing_headers{};                  ///< one of them is absent (final)
  std::vector<std::string> attachments{};                      ///< globs, one of which fits a file's name (final)
  std::uint64_t min_bytes = 0;                                 ///< announced (mail), or of the letter (final)
  std::uint64_t max_bytes = UINT64_MAX;
  std::optional<Schedule> schedule{};                     ///< by the sink's clock
  std::vector<Comparison> where{};                        ///< the gate's numbers
  std::vector<std::pair<Subject, std::string>> listed{};  ///< the value stands in that list of the gate
  std::vector<Condition> any{};                           ///< one of them holds; empty: whatever
  std::vector<Condition> none{};                          ///< none of them holds
};

/// What conditions are asked about.
struct Facts {
  const Situation& situation;
  const GateState& state;
  TimePoint now;
};

bool holds(const Condition& condition, const Facts& facts);

/// "Message-Id, Date": those of the condition's headers that the letter lacks.
std::string missing(const Condition& condition, const Situation& situation);

}  // namespace gatepost::sink
