#pragma once
#include <map>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "gatepost/sink/inbox.hpp"
#include "gatepost/sink/rules.hpp"

namespace gatepost::sink {

/// Answers for a sink: asks the rules, checks logins, puts letters into the inbox. On the listener's thread.
class Receiver final : public smtp::ServerHandler {
 public:
  Receiver(RuleEngine& rules, Inbox& inbox, const Clock& clock, std::map<std::string, std::string> users);

  smtp::Verdict on_connect(const smtp::ServerPeer& peer) override;
  smtp::Verdict on_ehlo(const smtp::ServerPeer& peer, std::string_view name) override;
  smtp::Verdict on_auth(const smtp::ServerPeer& peer, const smtp::AuthAttempt& attempt) override;
  smtp::Verdict on_mail(const smtp::ServerPeer& peer, const smtp::ServerEnvelope& envelope) override;
  smtp::Verdict on_rcpt(const smtp::ServerPeer& peer, const smtp::ServerEnvelope& envelope,
                        const smtp::ServerRecipient& recipient) override;
  smtp::Verdict on_data(const smtp::ServerPeer& peer, const smtp::ServerEnvelope& envelope) override;
  smtp::Verdict on_letter(const smtp::ServerPeer& peer, smtp::ServerEnvelope&& envelope, std::string&& data,
                          std::string_view transcript) override;
  void on_closed(const smtp::ServerPeer& peer, std::string_view transcript, std::string_view reason,
                 const std::vector<std::string>& warnings) override;

  void add_user(std::string login, std::string password);  ///< from any thread
  /// When the session began and how many letters it brought, for one that is still open.
  SessionRecord open_session(const smtp::ServerPeer& peer) const;

 private:
  /// An open connection. Recipients that a rule discards are answered like any other, so they are remembered here.
  struct Open {
    TimePoint since{};
    std::uint32_t letters = 0;
    std::vector<std::pair<std::string, std::string>> discarded;  // address, why
  };

  void keep(const smtp::ServerPeer& peer, smtp::ServerEnvelope&& envelope, std::string&& data,
            std::string_view transcript, std::string why);
  std::string next_queue_id();

  RuleEngine& rules_;
  Inbox& inbox_;
  const Clock& clock_;
  mutable std::mutex users_mutex_;
  std::map<std::string, std::string, std::less<>> users_;
  std::unordered_map<std::uint64_t, Open> open_;
  std::uint64_t next_queue_number_;
};

}  // namespace gatepost::sink
