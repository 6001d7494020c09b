#include "gatepost/engine/check.hpp"

#include <utility>

namespace gatepost::engine {

namespace {

class Check final : public net::ConnectionOwner {
 public:
  Check(LaneId lane, std::uint64_t ticket, std::vector<smtp::Question> questions, std::shared_ptr<OutcomeQueue> queue)
      : questions_(std::move(questions)), queue_(std::move(queue)) {
    outcome_.lane = lane;
    outcome_.ticket = ticket;
    outcome_.started = clock_.now();
  }

  void start(boost::asio::io_context& context, net::ConnectOptions options, std::shared_ptr<Check> self) {
    self_ = std::move(self);
    connection_ = net::ClientConnection::open(context, std::move(options), *this);
  }

  std::optional<smtp::ClientLetter> next_letter(net::ClientConnection& connection) override {
    for (auto& question : std::exchange(questions_, {})) {
      ++unanswered_;
      connection.ask(std::move(question));
    }
    if (unanswered_ == 0) connection.quit();
    return std::nullopt;
  }

  void answered(net::ClientConnection& connection, const codes::Reply& reply) override {
    auto& all = outcome_.letter.final_reply;
    auto text = all.text();
    for (const auto& line : reply.lines) text += (text.empty() ? "" : "\n") + line;
    all = {reply.code, reply.enhanced, {std::move(text)}};
    if (--unanswered_ == 0) connection.quit();
  }

  void letters_done(net::ClientConnection&, std::vector<smtp::LetterOutcome>) override {}

  void closed(net::ClientConnection& connection, const std::optional<codes::Failure>& failure) override {
    // A server that is rude about QUIT has let us in all the same.
    const auto& session = connection.session();
    const bool ok = session.ready() && unanswered_ == 0;
    const auto why = failure.value_or(codes::local_failure(codes::Category::connection_lost, codes::Phase::local,
                                                           "the server closed the connection unasked"));
    outcome_.letter.recipients.push_back({{}, ok, ok ? std::nullopt : std::optional(why)});
    outcome_.letter.transcript = session.transcript();
    outcome_.letter.session = std::make_shared<const smtp::SessionFacts>(session.facts());
    outcome_.ended = clock_.now();
    queue_->push(std::move(outcome_));
    connection_.reset();
    const auto last = std::move(self_);
  }

 private:
  SystemClock clock_;
  std::vector<smtp::Question> questions_;
  std::size_t unanswered_ = 0;
  std::shared_ptr<OutcomeQueue> queue_;
  std::shared_ptr<net::ClientConnection> connection_;
  std::shared_ptr<Check> self_;
  Outcome outcome_;
};

}  // namespace

void start_check(boost::asio::io_context& context, LaneId lane, net::ConnectOptions options, std::uint64_t ticket,
                 std::vector<smtp::Question> questions, std::shared_ptr<OutcomeQueue> queue) {
  auto check = std::make_shared<Check>(lane, ticket, std::move(questions), std::move(queue));
  check->start(context, std::move(options), check);
}

}  // namespace gatepost::engine
