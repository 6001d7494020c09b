#pragma once
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <vector>

#include "gatepost/net/client_connection.hpp"
#include "gatepost/net/io_thread.hpp"

namespace gatepost::net {

constexpr std::chrono::seconds patience{60};

inline smtp::ClientLetter letter_of(std::uint64_t id, std::string body = "Subject: one\r\n\r\nHello\r\n") {
  smtp::ClientLetter letter;
  letter.id = id;
  letter.mail_from = "ivan@example.org";
  letter.rcpt_to = {"olga@example.com"};
  letter.data = std::make_shared<const std::string>(std::move(body));
  return letter;
}

/// Hands in letters one by one, quits when there are none left, and remembers what it is told.
class Owner final : public ConnectionOwner {
 public:
  struct End {
    std::optional<codes::Failure> failure;
    std::vector<smtp::LetterOutcome> outcomes;
    smtp::SessionFacts facts;
  };

  explicit Owner(std::vector<smtp::ClientLetter> letters = {}, bool quit_when_done = true)
      : letters_(letters.begin(), letters.end()), quit_when_done_(quit_when_done) {}

  std::optional<smtp::ClientLetter> next_letter(ClientConnection& connection) override {
    if (letters_.empty()) {
      if (quit_when_done_) connection.quit();
      const std::lock_guard lock(mutex_);
      idle_ = true;
      changed_.notify_all();
      return std::nullopt;
    }
    auto letter = std::move(letters_.front());
    letters_.pop_front();
    return letter;
  }
  void letters_done(ClientConnection&, std::vector<smtp::LetterOutcome> outcomes) override {
    const std::lock_guard lock(mutex_);
    for (auto& outcome : outcomes) outcomes_.push_back(std::move(outcome));
    changed_.notify_all();
  }
  void closed(ClientConnection& connection, const std::optional<codes::Failure>& failure) override {
    const std::lock_guard lock(mutex_);
    end_ = End{failure, outcomes_, connection.session().facts()};
    ++times_closed_;
    changed_.notify_all();
  }

  /// Waits for closed(); fails the test by an exception where it never comes.
  End end() {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, patience, [this] { return end_.has_value(); })) throw std::runtime_error("not closed");
    return *end_;
  }
  void wait_until_idle() {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, patience, [this] { return idle_; })) throw std::runtime_error("never idle");
  }
  void wait_for_outcomes(std::size_t count) {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, patience, [&] { return outcomes_.size() >= count; })) throw std::runtime_error("none");
  }
  /// On the context's thread.
  void hand_in(smtp::ClientLetter letter) { letters_.push_back(std::move(letter)); }
  int times_closed() {
    const std::lock_guard lock(mutex_);
    return times_closed_;
  }

 private:
  std::deque<smtp::ClientLetter> letters_;
  const bool quit_when_done_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<smtp::LetterOutcome> outcomes_;
  std::optional<End> end_;
  bool idle_ = false;
  int times_closed_ = 0;
};

/// Runs one connection to its end.
inline Owner::End run(IoThread& thread, ConnectOptions options, std::vector<smtp::ClientLetter> letters = {}) {
  Owner owner(std::move(letters));
  const auto connection = ClientConnection::open(thread.context(), std::move(options), owner);
  return owner.end();
}

}  // namespace gatepost::net
