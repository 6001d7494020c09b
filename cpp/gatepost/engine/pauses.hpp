#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "gatepost/codes/failure.hpp"
#include "gatepost/core/clock.hpp"

namespace gatepost::engine {

/// Why and until when letters are not tried.
struct Pause {
  std::optional<std::string> sender;  ///< whose letters; nullopt: all of the account
  codes::Failure why;                 ///< the refusal that it began with
  TimePoint since{};
  TimePoint until{};
};

/// What an account's server has refused in such a way that every further letter, or every one of the same sender, would
/// meet the same: a login, a suspended account, a sender on MAIL. Such a pause lasts as long as the server's words or
/// the table of categories say; where they name no time, five minutes, and twice as long after each further refusal in
/// a row, up to an hour.
class Pauses {
 public:
  /// A refusal that pauses. One of what was `begun` before a pause that there is already changes nothing.
  const Pause& begin(std::optional<std::string> sender, codes::Failure why, TimePoint begun, TimePoint now);
  /// What holds back this sender's letters; null: nothing.
  const Pause* holding(const std::string& sender, TimePoint now) const;
  /// The whole account's pause; null: there is none.
  const Pause* of_account(TimePoint now) const;
  std::vector<Pause> all(TimePoint now) const;

  /// A login went well: one that was refused before is forgotten.
  void logged_in();
  /// A letter of this sender was accepted: what was refused before is forgotten.
  void accepted(const std::string& sender);
  /// Ends all, and forgets how often they were met.
  void lift() { entries_.clear(); }

 private:
  struct Entry {
    Pause pause;
    std::uint32_t in_a_row = 0;
  };
  using Key = std::optional<std::string>;

  const Pause* find(const Key& key, TimePoint now) const;
  void forget_old(TimePoint now);

  std::map<Key, Entry> entries_;  // those that are over are kept for a while, for their number
};

/// The failure of a letter that a pause holds back: the refusal that it began with, and that nothing was tried.
codes::Failure not_tried(const Pause& pause, TimePoint now);

}  // namespace gatepost::engine
