#include "gatepost/engine/check.hpp"

namespace gatepost::engine {

namespace {

class Check final : public net::ConnectionOwner {
 public:
  Check(LaneId lane, std::uint64_t ticket, std::shared_ptr<OutcomeQueue> queue) : queue_(std::move(queue)) {
    outcome_.lane = lane;
    outcome_.ticket = ticket;
    outcome_.started = clock_.now();
  }

  void start(boost::asio::io_context& context, net::ConnectOptions options, std::shared_ptr<Check> self) {
    self_ = std::move(self);
    connection_ = net::ClientConnection::open(context, std::move(options), *this);
  }

  std::optional<smtp::ClientLetter> next_letter(net::ClientConnection& connection) override {
    connection.quit();
    return std::nullopt;
  }

  void letters_done(net::ClientConnection&, std::vector<smtp::LetterOutcome>) override {}

  void closed(net::ClientConnection& connection, const std::optional<codes::Failure>& failure) override {
    // A server that is rude about QUIT has let us in all the same.
    const bool ok = connection.session().ready();
    outcome_.letter.recipients.push_back({{}, ok, ok ? std::nullopt : failure});
    outcome_.letter.transcript = connection.session().transcript();
    outcome_.ended = clock_.now();
    queue_->push(std::move(outcome_));
    connection_.reset();
    const auto last = std::move(self_);
  }

 private:
  SystemClock clock_;
  std::shared_ptr<OutcomeQueue> queue_;
  std::shared_ptr<net::ClientConnection> connection_;
  std::shared_ptr<Check> self_;
  Outcome outcome_;
};

}  // namespace

void start_check(boost::asio::io_context& context, LaneId lane, net::ConnectOptions options, std::uint64_t ticket,
                 std::shared_ptr<OutcomeQueue> queue) {
  auto check = std::make_shared<Check>(lane, ticket, std::move(queue));
  check->start(context, std::move(options), check);
}

}  // namespace gatepost::engine
