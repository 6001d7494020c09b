#pragma once
#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "gatepost/codes/phase.hpp"
#include "gatepost/core/input_error.hpp"
#include "gatepost/core/result.hpp"
#include "gatepost/sink/condition.hpp"
#include "gatepost/smtp/server/handler.hpp"

namespace gatepost::sink {

/// Which of the situations that fit count. All that is set has to hold.
struct Counting {
  std::vector<Subject> per{};        ///< each of these values is counted by itself; empty: all together
  std::uint32_t nth = 0;             ///< 0: every time; n: only the n-th, counted from 1
  std::uint32_t times = 0;           ///< 0: no end; n: the first n
  std::uint32_t over = 0;            ///< 0: every time; n: those beyond n within `within`, by the sink's clock
  std::chrono::seconds within{0};    ///< with `over`
  double odds = 1.0;                 ///< with this probability, from the sink's seed
  std::chrono::seconds greylist{0};  ///< until a (client, from, to) triple is this old on the sink's clock; rcpt only
};

/// A number of the gate's state that changes where the rule decides.
struct Change {
  std::string name;
  double by = 0.0;
  bool for_each_recipient = false;  ///< of the letter (data, final)
};

/// One rule: where it holds, it decides, and the rules behind it are not asked.
struct Rule {
  codes::Phase phase = codes::Phase::rcpt;  ///< connect, tls, ehlo, auth, mail, rcpt, data or final
  std::string name{};                       ///< for people and tests; "": "rule 3"
  Condition when{};
  Counting counting{};

  std::string reply{};  ///< "452 4.2.2 Mailbox full", with {to}, {from} ...; empty: the ordinary one
  std::chrono::milliseconds delay{0};
  std::chrono::milliseconds tarpit{0};  ///< more delay with each time in the session
  bool discard = false;                 ///< accept, keep nothing (rcpt, final)
  bool close = false;                   ///< close the connection after the reply, or without one
  bool go_on = false;                   ///< the rules behind it decide; delay and changes are this one's, too
  smtp::Mischief mischief{};
  smtp::TlsFault tls_fault = smtp::TlsFault::none;  ///< tls only
  std::string bounce{};                             ///< accept, and bounce with this reply later (rcpt, final)
  std::chrono::seconds bounce_after{0};             ///< by the sink's clock
  std::vector<Change> changes{};
  std::vector<std::pair<Subject, std::string>> enlist{};  ///< the value goes into that list of the gate
};

/// Checks a rule: a phase that fits, a reply of the form "code text", sane numbers. The error names the field.
Result<Rule, InputError> check_rule(Rule rule);

/// What is wrong with a reply that a caller wrote ("code text", lines joined by "\n", no controls), or "".
std::string fault_of_reply(const std::string& reply);

}  // namespace gatepost::sink
