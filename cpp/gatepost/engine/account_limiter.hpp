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
/// threads share it. Limiters of one account that differ in their limits count the same letters (AccountUsage). Held by
/// a shared_ptr; safe from any thread.
class AccountLimiter : public OfOneProcess, public std::enable_shared_from_this<AccountLimiter> {
 public:
  explicit AccountLimiter(std::vector<Limit> limits = {},
                          std::shared_ptr<AccountUsage> usage = std::make_shared<AccountUsage>());
  ~AccountLimiter();  ///< return_reserved()
  AccountLimiter(const AccountLimiter&) = delete;
  AccountLimiter& operator=(const AccountLimiter&) = delete;

  const std::vector<Limit>& limits() const { return limits_; }
  const std::shared_ptr<AccountUsage>& usage() const { return usage_; }

  /// Takes one token. Where none is free, `waiter` is woken once when one comes back. `waiting`: how many letters would
  /// like one, for the source.
  Result<AccountToken, Hold> take(std::uint32_t waiting = 1, TokenWaiter* waiter = nullptr);
  /// Letters that may begin now; nullopt: there is no limit.
  std::optional<std::uint32_t> left();
  /// Why no letter may begin now; nullopt: one may. `waiter` as for take().
  std::optional<Hold> hold(TokenWaiter* waiter = nullptr);
  /// When the next token comes free, as far as is known, if none is free now.
  std::optional<TimePoint> next_free();
  /// Letters sent before this process began to count, from the ledger. Telling the same again changes nothing.
  void remember(std::vector<TimePoint> sent) { usage_->remember(std::move(sent)); }

  /// From now on each letter also needs a token of this source; null: none. Tokens of the one before go back to it.
  void set_source(std::shared_ptr<TokenSource> source);
  /// The source's answer to ask().
  void grant(const TokenSource::Grant& grant);
  /// Gives the source what is reserved and not used.
  void return_reserved();

 private:
  friend class AccountToken;

  std::optional<Hold> try_take(TokenWaiter* waiter);
  /// What the source has to say against a letter.
  std::optional<Hold> dry(TokenWaiter* waiter);
  bool must_ask();
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
  bool asked_ = false;
  Instant ask_again_{};
  std::optional<Limit> used_up_;  // as the source said
};

/// A letter that may begin. Whoever holds it says what became of the letter; dropped, it counts as sent.
class AccountToken {
 public:
  AccountToken() = default;  ///< of an account without limits
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
