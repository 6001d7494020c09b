#pragma once
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "gatepost/sink/access.hpp"
#include "gatepost/sink/decision_queue.hpp"
#include "gatepost/sink/faulty_certificates.hpp"
#include "gatepost/sink/late_bounces.hpp"
#include "gatepost/sink/rules.hpp"

namespace gatepost::sink {

/// Answers for a sink: asks the rules, checks logins, puts letters into the inbox. On the listener's thread.
class Receiver final : public smtp::ServerHandler {
 public:
  struct Parts {
    RuleEngine& rules;
    Access& access;
    Inbox& inbox;
    const Clock& clock;
    LateBounces& bounces;
    FaultyCertificates& certificates;
    DecisionQueue* decisions = nullptr;                              ///< null: the rules alone decide on letters
    std::map<std::string, std::string, std::less<>> etrn_replies{};  ///< by node
  };
  explicit Receiver(Parts parts);

  smtp::Verdict on_connect(const smtp::ServerPeer& peer) override;
  smtp::TlsVerdict on_tls(const smtp::ServerPeer& peer) override;
  smtp::Verdict on_ehlo(const smtp::ServerPeer& peer, std::string_view name) override;
  bool has_passwords() const override { return parts_.access.has_users(); }
  std::optional<std::string> password_of(std::string_view login) const override {
    return parts_.access.password_of(login);
  }
  smtp::Verdict on_auth(const smtp::ServerPeer& peer, const smtp::AuthAttempt& attempt) override;
  bool needs_no_auth(const smtp::ServerPeer& peer) const override { return parts_.access.needs_no_login(peer.address); }
  smtp::Verdict on_mail(const smtp::ServerPeer& peer, const smtp::ServerEnvelope& envelope) override;
  smtp::Verdict on_rcpt(const smtp::ServerPeer& peer, const smtp::ServerEnvelope& envelope,
                        const smtp::ServerRecipient& recipient) override;
  smtp::Verdict on_data(const smtp::ServerPeer& peer, const smtp::ServerEnvelope& envelope) override;
  smtp::Verdict on_letter(const smtp::ServerPeer& peer, smtp::ServerEnvelope&& envelope, std::string&& data,
                          std::string_view transcript) override;
  /// The rules are asked for each recipient as if it were the only one.
  std::vector<smtp::Verdict> on_lmtp_letter(const smtp::ServerPeer& peer, smtp::ServerEnvelope&& envelope,
                                            std::string&& data, std::string_view transcript) override;
  smtp::Verdict on_etrn(const smtp::ServerPeer& peer, std::string_view node) override;
  void on_closed(const smtp::ServerPeer& peer, std::string_view transcript, std::string_view reason,
                 const std::vector<std::string>& warnings) override;

  /// A letter of the session is in the inbox now.
  void letter_kept(std::uint64_t session_id, const LetterPtr& letter, const std::vector<LateBounce>& bounces);
  /// When the session began and how many letters it brought, for one that is still open.
  SessionRecord open_session(const smtp::ServerPeer& peer) const;

 private:
  /// An open connection. Recipients that a rule discards are answered like any other, so they are remembered here.
  struct Open {
    TimePoint since{};
    std::uint32_t letters = 0;
    std::vector<DiscardedRecipient> discarded;
    std::vector<LateBounce> bounces;
    std::vector<std::string> rules;
    std::size_t rules_before_letter = 0;
  };

  std::optional<RuleEngine::Decision> decide(const smtp::ServerPeer& peer, const Situation& situation);
  smtp::Verdict verdict(const smtp::ServerPeer& peer, const Situation& situation);

  Arrival arrival(const smtp::ServerPeer& peer, smtp::ServerEnvelope&& envelope, std::string&& data,
                  std::string_view transcript);
  /// True where the letter is in the inbox, false where it waits for a decision.
  bool keep(std::uint64_t session_id, Arrival arrival, const smtp::Verdict& if_accepted);
  std::string queued_reply();

  Parts parts_;
  std::unordered_map<std::uint64_t, Open> open_;
  std::uint64_t next_queue_number_;
};

}  // namespace gatepost::sink
