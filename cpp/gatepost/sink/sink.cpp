#include "gatepost/sink/sink.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <future>

#include "gatepost/net/io_thread.hpp"
#include "gatepost/sink/decision_queue.hpp"
#include "gatepost/sink/faulty_certificates.hpp"
#include "gatepost/sink/late_bounces.hpp"
#include "gatepost/sink/receiver.hpp"
#include "gatepost/smtp/mailbox_syntax.hpp"

namespace gatepost::sink {

namespace {

Result<void, InputError> check(const std::vector<LetterDecision>& decisions) {
  for (std::size_t i = 0; i < decisions.size(); ++i) {
    const auto& reply = decisions[i].reply;
    if (reply.empty() || reply == "discard") continue;
    auto fault = fault_of_reply(reply);
    if (fault.empty() && reply[0] != '2' && reply[0] != '4' && reply[0] != '5') fault = "must be a 2xx, 4xx or 5xx";
    if (!fault.empty()) return InputError("replies[" + std::to_string(i) + "]", std::move(fault));
  }
  return {};
}

/// The letter goes where the reply says; returns what its client is told.
smtp::Verdict settle(DecisionQueue::Waiting& waiting, const std::string& reply, Inbox& inbox) {
  auto verdict = std::move(waiting.if_accepted);
  if (!reply.empty() && reply != "discard") verdict.reply = reply;
  if (verdict.reply[0] != '2') {
    verdict.action = smtp::Verdict::Action::refuse;
    return verdict;
  }
  if (reply == "discard") waiting.arrival.letter->discarded = "on_letter";
  add_to(inbox, std::move(waiting.arrival));
  return verdict;
}

/// Under which its clients on this machine know it.
std::vector<std::string> names_of(const net::ListenOptions& listen) {
  std::vector<std::string> names{"localhost", "127.0.0.1", "::1"};
  for (const auto& name : {listen.host, listen.session.host_name}) {
    if (!name.empty() && std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  return names;
}

class ThreadedSink final : public Sink {
 public:
  ThreadedSink(SinkOptions& options, net::AddressBlocks allow, net::AddressBlocks no_auth_from)
      : rules_(clock_, options.seed),
        access_(std::move(options.users), std::move(allow), std::move(no_auth_from)),
        inbox_(options.max_inbox_bytes),
        certificates_(std::move(options.authority), names_of(options.listen)),
        receiver_({rules_, access_, inbox_, *clock_, bounces_, certificates_,
                   options.decide_letters ? &decisions_ : nullptr, std::move(options.etrn_replies)}),
        bounces_(thread_.context(), inbox_, *clock_, options.listen.session.host_name) {
    options.listen.session.clock = clock_.get();
    if (!options.keep_transcripts) options.listen.session.limits.transcript_bytes = 0;
    for (auto& rule : options.rules) rules_.add(std::move(rule));
  }
  ~ThreadedSink() override { ThreadedSink::close(); }

  Result<std::uint16_t, net::ListenError> listen(net::ListenOptions options) {
    auto listener = net::Listener::open(thread_.context(), std::move(options), receiver_);
    if (!listener) return listener.error();
    listener_ = *std::move(listener);
    return port_ = listener_->port();
  }

  std::uint16_t port() const override { return port_; }
  Inbox& inbox() override { return inbox_; }
  RuleEngine& rules() override { return rules_; }
  const Clock& clock() const override { return *clock_; }
  void advance_clock(Duration by) override {
    clock_->advance(by);
    on_thread([this] {
      bounces_.look();
      listener_->clock_moved();
    });
  }
  void add_user(std::string login, std::string password) override {
    access_.add_user(std::move(login), std::move(password));
  }

  std::vector<SessionRecord> sessions() override {
    std::vector<SessionRecord> all;
    on_thread([&] {
      all = inbox_.sessions();
      listener_->for_each_session([&](const smtp::ServerSession& session) {
        if (session.need() == smtp::ServerSession::Need::closed) return;  // saying good-bye; in the inbox already
        auto record = receiver_.open_session(session.peer());
        record.transcript = session.transcript();
        record.warnings = session.warnings();
        all.push_back(std::move(record));
      });
    });
    return all;
  }

  std::vector<LetterPtr> undecided(std::chrono::milliseconds timeout, const std::function<bool()>& go_on) override {
    return decisions_.wait(timeout, go_on);
  }

  Result<void, InputError> decide_letters(const std::vector<LetterDecision>& decisions) override {
    if (auto checked = check(decisions); !checked) return checked;
    struct Settled {
      std::uint64_t session_id;
      smtp::Verdict verdict;
      LetterPtr letter;
      std::vector<LateBounce> bounces;
    };
    std::vector<Settled> settled;
    for (const auto& decision : decisions) {
      auto waiting = decisions_.take(decision.id);
      if (!waiting) continue;
      const LetterPtr letter = waiting->arrival.letter;
      auto bounces = std::move(waiting->arrival.bounces);
      auto verdict = settle(*waiting, decision.reply, inbox_);
      settled.push_back({waiting->session_id, std::move(verdict), letter, std::move(bounces)});
    }
    if (settled.empty()) return {};
    boost::asio::post(thread_.context(), [this, settled = std::move(settled)] {
      for (const auto& [session_id, verdict, letter, bounces] : settled) {
        const bool accepted = verdict.action == smtp::Verdict::Action::accept;
        if (accepted) receiver_.letter_kept(session_id, letter, bounces);
        listener_->decide(session_id, verdict);
      }
    });
    return {};
  }

  Result<void, std::string> reload(net::ServerCertificate certificate,
                                   std::map<std::string, net::ServerCertificate> by_name) override {
    Result<void, std::string> result;
    on_thread([&] { result = listener_->reload(std::move(certificate), std::move(by_name)); });
    return result;
  }

  void close() override {
    decisions_.close();
    on_thread([this] {
      listener_->close();
      bounces_.stop();
    });
  }

 private:
  /// Runs `work` on the I/O thread and waits for it. Nothing where the sink never listened.
  template <class Work>
  void on_thread(const Work& work) {
    if (!listener_) return;
    std::promise<void> done;
    boost::asio::post(thread_.context(), [&] {
      work();
      done.set_value();
    });
    done.get_future().wait();
  }

  std::shared_ptr<ShiftedClock> clock_ = std::make_shared<ShiftedClock>();
  RuleEngine rules_;
  Access access_;
  Inbox inbox_;
  DecisionQueue decisions_;
  FaultyCertificates certificates_;
  Receiver receiver_;
  std::uint16_t port_ = 0;
  net::IoThread thread_;  // behind what its thread uses, before what lives on its context
  LateBounces bounces_;
  std::shared_ptr<net::Listener> listener_;
};

}  // namespace

Result<std::unique_ptr<Sink>, net::ListenError> Sink::start(SinkOptions options) {
  auto allow = net::AddressBlocks::parse(options.allow);
  if (!allow) return net::ListenError{"allow: " + allow.error()};
  if (const auto& name = options.listen.session.host_name; !smtp::is_helo_name(name)) {
    return net::ListenError{"host_name: \"" + name + "\" is neither a domain nor an address in brackets"};
  }
  auto no_auth_from = net::AddressBlocks::parse(options.no_auth_from);
  if (!no_auth_from) return net::ListenError{"no_auth_from: " + no_auth_from.error()};
  for (const auto& [node, reply] : options.etrn_replies) {
    if (const auto fault = fault_of_reply(reply); !fault.empty()) {
      return net::ListenError{"etrn_replies[" + node + "]: " + fault};
    }
  }
  auto sink = std::make_unique<ThreadedSink>(options, *std::move(allow), *std::move(no_auth_from));
  if (auto port = sink->listen(std::move(options.listen)); !port) return port.error();
  return std::unique_ptr<Sink>(std::move(sink));
}

}  // namespace gatepost::sink
