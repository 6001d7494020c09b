#pragma once
#include <atomic>
#include <boost/asio/post.hpp>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>

#include "gatepost/net/io_thread.hpp"
#include "gatepost/net/listener.hpp"

namespace gatepost::engine {

/// A server on loopback that lets in so many clients at a time, and tells the others so when they come to `phase`.
class FullServer final : public smtp::ServerHandler {
 public:
  enum class Phase { greeting, ehlo, auth, mail, rcpt, data, final_ };

  /// `words` "": it hangs up without any.
  FullServer(std::size_t lets_in, Phase phase, std::string words)
      : cap(lets_in), phase_(phase), words_(std::move(words)) {
    net::ListenOptions options;
    run([&] { listener_ = *net::Listener::open(io_.context(), options, *this); });
  }
  ~FullServer() override {
    run([&] { listener_->close(); });
    listener_.reset();
  }

  std::uint16_t port() const { return listener_->port(); }
  std::size_t connections() const { return connections_; }
  std::size_t turned_away() const { return turned_away_; }
  std::size_t most_at_once() const { return most_; }
  void reset_most() { most_ = 0; }
  /// How many letters came for each address.
  std::map<std::string, int> letters() {
    const std::lock_guard lock(mutex_);
    return letters_;
  }

  std::atomic<std::size_t> cap;
  std::chrono::milliseconds slowness{2};  ///< of each letter, so that all that are let in are busy

  smtp::Verdict on_connect(const smtp::ServerPeer& peer) override {
    ++connections_;
    return at(Phase::greeting, peer);
  }
  smtp::Verdict on_ehlo(const smtp::ServerPeer& peer, std::string_view) override { return at(Phase::ehlo, peer); }
  smtp::Verdict on_auth(const smtp::ServerPeer& peer, const smtp::AuthAttempt&) override {
    return at(Phase::auth, peer);
  }
  smtp::Verdict on_mail(const smtp::ServerPeer& peer, const smtp::ServerEnvelope&) override {
    return at(Phase::mail, peer);
  }
  smtp::Verdict on_rcpt(const smtp::ServerPeer& peer, const smtp::ServerEnvelope&,
                        const smtp::ServerRecipient&) override {
    return at(Phase::rcpt, peer);
  }
  smtp::Verdict on_data(const smtp::ServerPeer& peer, const smtp::ServerEnvelope&) override {
    return at(Phase::data, peer);
  }
  smtp::Verdict on_letter(const smtp::ServerPeer& peer, smtp::ServerEnvelope&& envelope, std::string&&,
                          std::string_view) override {
    auto verdict = at(Phase::final_, peer);
    if (verdict.action != smtp::Verdict::Action::accept) return verdict;
    const std::lock_guard lock(mutex_);
    for (const auto& address : envelope.rcpt_to) ++letters_[address];
    verdict.delay = slowness;
    return verdict;
  }
  void on_closed(const smtp::ServerPeer& peer, std::string_view, std::string_view,
                 const std::vector<std::string>&) override {
    const std::lock_guard lock(mutex_);
    in_.erase(peer.session_id);
  }

 private:
  /// Whoever is in beyond the cap is told so as well: the cap may have shrunk.
  smtp::Verdict at(Phase phase, const smtp::ServerPeer& peer) {
    if (phase != phase_) return {};
    const std::lock_guard lock(mutex_);
    const bool is_in = in_.contains(peer.session_id);
    if (is_in ? in_.size() <= cap : in_.size() < cap) {
      in_.insert(peer.session_id);
      most_ = std::max<std::size_t>(most_, in_.size());
      return {};
    }
    in_.erase(peer.session_id);
    ++turned_away_;
    if (words_.empty()) return {smtp::Verdict::Action::close, "", {}};
    return {smtp::Verdict::Action::refuse, words_, {}};
  }

  template <class Work>
  void run(Work work) {
    std::promise<void> done;
    boost::asio::post(io_.context(), [&] {
      work();
      done.set_value();
    });
    done.get_future().wait();
  }

  const Phase phase_;
  const std::string words_;
  std::mutex mutex_;
  std::set<std::uint64_t> in_;
  std::map<std::string, int> letters_;
  std::atomic<std::size_t> connections_{0};
  std::atomic<std::size_t> turned_away_{0};
  std::atomic<std::size_t> most_{0};
  std::shared_ptr<net::Listener> listener_;
  net::IoThread io_;
};

}  // namespace gatepost::engine
