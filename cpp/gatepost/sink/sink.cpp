#include "gatepost/sink/sink.hpp"

#include <boost/asio/post.hpp>
#include <future>

#include "gatepost/net/io_thread.hpp"
#include "gatepost/sink/receiver.hpp"

namespace gatepost::sink {

namespace {

class ThreadedSink final : public Sink {
 public:
  explicit ThreadedSink(SinkOptions& options)
      : rules_(clock_, options.seed),
        inbox_(options.max_inbox_bytes),
        receiver_(rules_, inbox_, *clock_, std::move(options.users)) {
    if (!options.keep_transcripts) options.listen.session.limits.transcript_bytes = 0;
    for (auto& rule : options.rules) rules_.add(std::move(rule));
  }
  ~ThreadedSink() override { ThreadedSink::close(); }

  Result<std::uint16_t, std::string> listen(net::ListenOptions options) {
    auto listener = net::Listener::open(thread_.context(), std::move(options), receiver_);
    if (!listener) return listener.error();
    listener_ = *std::move(listener);
    return port_ = listener_->port();
  }

  std::uint16_t port() const override { return port_; }
  Inbox& inbox() override { return inbox_; }
  RuleEngine& rules() override { return rules_; }
  ShiftedClock& clock() override { return *clock_; }
  void add_user(std::string login, std::string password) override {
    receiver_.add_user(std::move(login), std::move(password));
  }

  std::vector<SessionRecord> sessions() override {
    std::vector<SessionRecord> all;
    on_thread([&] {
      all = inbox_.sessions();
      listener_->visit([&](const smtp::ServerSession& session) {
        if (session.need() == smtp::ServerSession::Need::closed) return;  // saying good-bye; in the inbox already
        auto record = receiver_.open_session(session.peer());
        record.transcript = session.transcript();
        all.push_back(std::move(record));
      });
    });
    return all;
  }

  void close() override {
    on_thread([this] { listener_->close(); });
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
  Inbox inbox_;
  Receiver receiver_;
  std::uint16_t port_ = 0;
  net::IoThread thread_;  // behind what its thread uses, before what lives on its context
  std::shared_ptr<net::Listener> listener_;
};

}  // namespace

Result<std::unique_ptr<Sink>, std::string> Sink::start(SinkOptions options) {
  auto sink = std::make_unique<ThreadedSink>(options);
  if (auto port = sink->listen(std::move(options.listen)); !port) return port.error();
  return std::unique_ptr<Sink>(std::move(sink));
}

}  // namespace gatepost::sink
