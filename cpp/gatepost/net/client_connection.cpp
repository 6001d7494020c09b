#include "gatepost/net/client_connection.hpp"

#include <fmt/format.h>

#include <boost/asio/post.hpp>
#include <deque>

#include "gatepost/net/client_tls.hpp"
#include "gatepost/net/connector.hpp"
#include "gatepost/net/peer_check.hpp"
#include "gatepost/net/session_driver.hpp"
#include "gatepost/net/session_failure.hpp"

namespace gatepost::net {

using codes::Category;
using codes::Phase;
using smtp::ClientSession;

namespace {

class Connection final : public ClientConnection, private SessionDriver<Connection> {
  friend class SessionDriver<Connection>;

 public:
  Connection(boost::asio::io_context& context, ConnectOptions options, ConnectionOwner& owner)
      : SessionDriver(context.get_executor()),
        options_(std::move(options)),
        owner_(owner),
        session_(options_.session) {}

  void begin() {
    guarded([this] { start(); });
  }

  void wake() override {
    guarded([this] { step_if_connected(); });
  }

  void ask(smtp::Question question) override {
    questions_.push_back(std::move(question));
    guarded([this] { step_if_connected(); });
  }

  void quit(bool now) override {
    quitting_ = true;
    if (now && !idle()) {
      give_up(session_failure(Category::connection_lost, Phase::local, "the connection was closed on our side"));
    } else {
      guarded([this] { step_if_connected(); });
    }
  }

  bool idle() const override {
    return connected_ && !closed() && !writing() && session_.need() == ClientSession::Need::letter;
  }
  const ClientSession& session() const override { return session_; }

 private:
  std::shared_ptr<Connection> keep() { return std::static_pointer_cast<Connection>(shared_from_this()); }

  void start() {
    if (closed()) return;  // given up before it began
    // A trust anchor that cannot be read is known before anybody is bothered.
    auto tls = client_tls(options_.tls);
    if (!tls) return give_up(session_failure(Category::tls_error, Phase::tls, tls.error()));
    tls_ = *tls;
    connector_ = std::make_shared<Connector>(stream().socket().get_executor(), options_);
    connector_->start([self = keep()](Result<Connected, codes::Failure> result) {
      self->connector_.reset();
      self->guarded([&] {
        if (!result) return self->give_up(std::move(result).error());
        self->connected(*std::move(result));
      });
    });
  }

  void connected(Connected way) {
    stream().adopt(std::move(way.socket));
    target_ = std::move(way.target);
    peer_check_.emplace(options_.tls, target_);
    session_.connected(in_words(target_), std::move(way.server), way.dns, way.connect, std::move(way.own_address));
    connected_ = true;
    step();
  }

  void step_if_connected() {
    if (connected_ && !closed()) step();
  }

  void give_up(codes::Failure failure) {
    if (closed()) return;
    if (connector_) std::exchange(connector_, nullptr)->cancel();
    session_.fail(std::move(failure));
    close();
  }

  // --- what SessionDriver asks ---

  std::string_view next_output() {
    report();
    if (!questions_.empty() && session_.need() == ClientSession::Need::letter) {
      session_.ask(questions_.front());
      questions_.pop_front();
    }
    while (!quitting_ && questions_.empty() && session_.wants_letter()) {
      auto letter = owner_.next_letter(*this);
      if (!letter) break;
      session_.submit(std::move(*letter));
    }
    report();  // a letter that this server cannot take was refused without a byte
    return session_.output();
  }

  void output_written(std::size_t bytes) {
    session_.consume_output(bytes);
    progress_ = true;
  }

  Next next() {
    if (session_.need() == ClientSession::Need::letter && something_to_say()) {
      step();
      return Next::pause;
    }
    switch (session_.need()) {
      case ClientSession::Need::read:
        if (std::exchange(progress_, false)) arm_for_reply();
        return Next::read;
      case ClientSession::Need::start_tls:
        return Next::start_tls;
      case ClientSession::Need::letter:
        // Nothing to say; but a server that hangs up, or says 421, is noticed at once.
        disarm();
        progress_ = true;
        return Next::read;
      case ClientSession::Need::closed:
        break;
    }
    return Next::close_now;
  }

  /// While idle: an answer to report, a question, or QUIT behind them all.
  bool something_to_say() {
    if (report_answers() || !questions_.empty()) return true;
    if (!quitting_ || std::exchange(quit_sent_, true)) return false;
    session_.quit();
    return true;
  }

  void arm_for_reply() {
    constexpr std::chrono::milliseconds most_for_quit{10'000};  // nothing depends on the reply to it
    const auto& d = options_.deadlines;
    const auto phase = session_.phase();
    wait_ = phase == Phase::greeting ? d.greeting : phase == Phase::final_ ? d.final_reply : d.command;
    if (quit_sent_) wait_ = std::min(wait_, most_for_quit);
    arm(wait_);
  }

  void write_blocked() {
    const auto phase = session_.phase();
    const bool body = phase == Phase::data || phase == Phase::final_;
    wait_ = body ? options_.deadlines.data_block : options_.deadlines.command;
    arm(wait_);
  }

  void received(std::string_view bytes) {
    // A whole reply moves the deadline; bytes or lines that drip in do not.
    heard_ = true;
    const auto before = session_.replies();
    session_.receive(bytes);
    if (session_.replies() != before) progress_ = true;
  }

  static constexpr bool reads_while_writing = true;  // a server may refuse a letter before it has all of it
  bool ended() const { return session_.need() == ClientSession::Need::closed; }

  void start_handshake() {
    wait_ = options_.deadlines.tls;
    arm(wait_);
    auto& tls = stream().start_tls(tls_->context);
    handshaking_ = true;
    peer_check_->install(tls.native_handle());
    if (tls_->tickets) tls_->tickets->use(tls.native_handle(), ticket_key());
    tls.async_handshake(boost::asio::ssl::stream_base::client, [self = keep()](const boost::system::error_code& error) {
      self->guarded([&] { self->handshake_over(error); });
    });
  }

  void handshake_over(const boost::system::error_code& error) {
    if (closed()) return;
    handshaking_ = false;
    if (error) {
      if (tls_->tickets) tls_->tickets->forget(ticket_key());
      const auto words = fmt::format("{}: {}", in_words(target_), peer_check_->explain(error));
      return give_up(session_failure(Category::tls_error, Phase::tls, words, cause_of(error)));
    }
    session_.tls_established(tls_facts(stream().tls().native_handle()));
    progress_ = true;
    step();
  }

  /// A session is tied to the name that was checked, not to the address alone.
  std::string ticket_key() const { return peer_check_->name() + " " + in_words(target_); }

  void lost(const std::string& words, const boost::system::error_code& error) {
    const auto phase = session_.phase();
    session_.fail(session_failure(
        Category::connection_lost, phase,
        fmt::format("connection to {} lost in phase {}: {}", in_words(target_), to_string(phase), words),
        cause_of(error)));
  }

  void expired() {
    const auto phase = handshaking_ ? Phase::tls : session_.phase();
    auto words =
        fmt::format("no answer from {} in phase {} within {}", in_words(target_), to_string(phase), in_words(wait_));
    if (phase == Phase::greeting && !heard_ && options_.session.security != smtp::Security::implicit_tls) {
      words +=
          "; the port may speak TLS from the first byte, as 465 does: the URL of such an account begins with smtps://";
    }
    give_up(session_failure(Category::connection_lost, phase, words, deadline_passed));
  }

  void over() {
    // Never from inside a call of the owner's.
    boost::asio::post(stream().socket().get_executor(), [self = keep()] {
      // What the owner was not told it ends itself.
      net::guarded([&] { self->report(); }, [](const char*) {});
      self->owner_.closed(*self, self->session_.failure());
    });
  }

  void report() {
    if (auto outcomes = session_.take_outcomes(); !outcomes.empty()) {
      owner_.letters_done(*this, std::move(outcomes));
    }
    report_answers();
  }

  bool report_answers() {
    const auto answers = session_.take_answers();
    for (const auto& answer : answers) owner_.answered(*this, answer);
    return !answers.empty();
  }

  ConnectOptions options_;
  ConnectionOwner& owner_;
  ClientSession session_;
  std::shared_ptr<ClientTls> tls_;
  Target target_;  // the one reached
  std::optional<PeerCheck> peer_check_;
  std::shared_ptr<Connector> connector_;
  std::deque<smtp::Question> questions_;
  std::chrono::milliseconds wait_{};  // the deadline in force, for its message
  bool connected_ = false;
  bool handshaking_ = false;
  bool heard_ = false;
  bool quitting_ = false;
  bool quit_sent_ = false;
  bool progress_ = true;
};

}  // namespace

std::shared_ptr<ClientConnection> ClientConnection::open(boost::asio::io_context& context, ConnectOptions options,
                                                         ConnectionOwner& owner) {
  auto connection = std::make_shared<Connection>(context, std::move(options), owner);
  boost::asio::post(context, [connection] { connection->begin(); });
  return connection;
}

}  // namespace gatepost::net
