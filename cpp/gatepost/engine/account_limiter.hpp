#pragma once
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "gatepost/core/of_one_process.hpp"
#include "gatepost/core/result.hpp"
#include "gatepost/engine/account_usage.hpp"
#include "gatepost/engine/token_source.hpp"

namespace gatepost::engine {

class AccountToken;

/// Lets an account's letters begin: never more than each limit says in any window, however many lanes, engines and
/// threads send them. Limiters of one account count the same letters, and while one of them lives its limits hold for
/// all (AccountUsage). Held by a shared_ptr; safe from any thread.
class AccountLimiter : public OfOneProcess, public std::enable_shared_from_this<AccountLimiter> {
 public:
  explicit AccountLimiter(std::vector<Limit> limits = {},
                          std::shared_ptr<AccountUsage> usage = std::make_shared<AccountUsage>());
  ~AccountLimiter();  ///< return_reserved()
  AccountLimiter(const AccountLimiter&) = delete;
  AccountLimiter& operator=(const AccountLimiter&) = delete;

  const std::vector<Limit>& limits() const { return limits_; }
  /// Whether a letter may have to wait: for these limits or those of another limiter of the account.
  bool limited() { return usage_->left().has_value(); }
  const std::shared_ptr<AccountUsage>& usage() const { return usage_; }

  /// Takes one token. Where none is free, `waiter` is woken once when one comes back. `waiting`: how many letters would
  /// like one, for the source.
  Result<AccountToken, Hold> take(std::uint32_t waiting = 1, TokenWaiter* waiter = nullptr);
  /// Letters that may begin now, with a source those that it has granted; nullopt: there is no limit.
  std::optional<std::uint32_t> left();
  /// Why no letter may begin now; nullopt: one may, or the source has to be asked. `waiter` as for take().
  std::optional<Hold> hold(TokenWaiter* waiter = nullptr);
  /// What stands against the n-th letter from now on, as far as is known. n > 0.
  std::optional<Hold> outlook(std::size_t nth);
  /// Who does not want a token any more leaves the line.
  void leave(TokenWaiter& waiter) { usage_->leave(waiter); }
  /// When the next token comes free, as far as is known, if none is free now.
  std::optional<TimePoint> next_free();
  /// Letters sent before this process began to count, from the ledger. Telling the same again changes nothing.
  void remember(std::vector<TimePoint> sent) { usage_->remember(std::move(sent)); }

  /// From now on each letter also needs a token of this source; null: none. Tokens of the one before go back to it.
  void set_source(std::shared_ptr<TokenSource> source);
  /// Whether the source has to be asked before a letter may begin.
  bool must_ask();
  /// The source's answer to ask().
  void grant(const TokenSource::Grant& grant);
  /// What was granted and is not used yet is valid for so long from now on.
  void renew(std::chrono::nanoseconds valid_for);
  /// Of the source's tokens.
  struct Held {
    std::uint32_t reserved = 0;   ///< not used yet
    std::uint32_t in_flight = 0;  ///< letters that are not over
  };
  Held held();
  /// Gives the source what is reserved and not used.
  void return_reserved();

 private:
  friend class AccountToken;

  std::optional<Hold> try_take(TokenWaiter* waiter);
  /// What the source has to say against a letter.
  std::optional<Hold> dry(TokenWaiter* waiter);
  bool due_to_ask();
  std::uint32_t reserved();
  std::uint32_t drop_reserved();
  void ended(TokenSource* source);
  void given_back(TokenSource* source);

  const std::vector<Limit> limits_;
  const std::shared_ptr<AccountUsage> usage_;
  std::mutex mutex_;  // of what follows; never held while the source is called
  std::shared_ptr<TokenSource> source_;
  std::uint32_t reserved_ = 0;
  Instant reserved_until_{};
  std::uint32_t in_flight_ = 0;  // with its tokens
  bool asked_ = false;
  Instant ask_again_{};
  // As the source said:
  std::optional<Limit> used_up_;
  Instant free_at_{};
  Instant not_before_{};
};

/// A letter that may begin. Whoever holds it says what became of the letter; dropped, it counts as sent.
class AccountToken {
 public:
  AccountToken() = default;  ///< none
  AccountToken(AccountToken&& other) noexcept = default;
  AccountToken& operator=(AccountToken&& other) noexcept;
  ~AccountToken() { ended(); }

  /// The letter is over: accepted, refused or in doubt.
  void ended();
  /// Nothing of the letter was sent.
  void give_back();

 private:
  friend class AccountLimiter;
  AccountToken(std::shared_ptr<AccountLimiter> limiter, std::shared_ptr<TokenSource> source)
      : limiter_(std::move(limiter)), source_(std::move(source)) {}

  std::shared_ptr<AccountLimiter> limiter_;
  std::shared_ptr<TokenSource> source_;
};

}  // namespace gatepost::engine
