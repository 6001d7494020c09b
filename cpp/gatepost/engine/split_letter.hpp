#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gatepost/engine/job.hpp"
#include "gatepost/engine/outcome.hpp"

namespace gatepost::engine {

/// How much a server takes in one transaction (RFC 9422, or learnt from its refusals); nullopt: no limit known.
struct TransactionLimits {
  std::optional<std::uint32_t> recipients;
  std::optional<std::uint32_t> domains;
};

/// Whether a letter for these recipients has to go in several transactions.
bool must_split(const std::vector<std::string>& rcpt_to, const TransactionLimits& limits);

/// How many recipients the server took before it said "too many recipients" (RFC 5321 §4.5.3.1.10), where it has
/// accepted the letter for at least one; nullopt otherwise.
std::optional<std::uint32_t> taken_before_too_many(const smtp::LetterOutcome& outcome);

/// A letter that goes in several transactions: who is left, and what became of the others.
class SplitLetter {
 public:
  /// Places in the job's rcpt_to.
  using Places = std::vector<std::size_t>;

  explicit SplitLetter(std::size_t recipients);

  /// Whom the next transaction is for: as many of those left as the limits allow, one at least.
  Places next(const std::vector<std::string>& rcpt_to, const TransactionLimits& limits) const;
  /// A transaction for `places` is over. Who met "too many recipients" stays while the others get on; so does whom
  /// `again` names, of `places`: the connection did not take their letter.
  void add(const Places& places, smtp::LetterOutcome part, const Places& again = {});
  bool complete() const { return left_.empty(); }
  /// All transactions in one. `why_not`: the failure of those that are left.
  Outcome merged(const std::vector<std::string>& rcpt_to, const codes::Failure& why_not) &&;

  /// What a transaction for `places` asks of the server.
  static std::shared_ptr<const smtp::LetterRequests> requests_for(const Job& job, const Places& places);

 private:
  Places left_;
  Outcome outcome_;
};

}  // namespace gatepost::engine
