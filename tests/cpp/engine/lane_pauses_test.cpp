// Logins, accounts and senders that a server refused: what is tried after that, and what is said of the rest.
#include <gtest/gtest.h>

#include "server.hpp"

namespace gatepost::engine {
namespace {

using codes::Category;

/// A server that lets in whoever shows the token, if `suspended` is empty; and refuses the senders of `refused`.
class Gate final : public smtp::ServerHandler {
 public:
  Gate() {
    net::ListenOptions options;
    options.session.require_auth = true;
    run([&] { listener_ = *net::Listener::open(io_.context(), options, *this); });
  }
  ~Gate() override {
    run([&] { listener_->close(); });
    listener_.reset();
  }

  std::atomic<bool> lets_in{true};
  std::atomic<bool> suspended{false};
  std::atomic<int> logins{0};
  std::atomic<int> mails{0};
  std::atomic<int> letters{0};

  LaneOptions lane() const {
    auto options = lane_to(listener_->port());
    options.connect.session.identity.login = "ivan";
    options.connect.session.identity.password = "secret";
    options.connect.session.allow_cleartext_auth = true;
    return options;
  }

  smtp::Verdict on_auth(const smtp::ServerPeer&, const smtp::AuthAttempt&) override {
    ++logins;
    if (lets_in) return {};
    return {smtp::Verdict::Action::refuse, "535 5.7.8 Incorrect login or password", {}};
  }
  smtp::Verdict on_mail(const smtp::ServerPeer&, const smtp::ServerEnvelope& envelope) override {
    ++mails;
    if (suspended) return {smtp::Verdict::Action::refuse, "550 5.7.1 Your account has been suspended", {}};
    if (!envelope.mail_from.starts_with("stranger@")) return {};
    return {smtp::Verdict::Action::refuse, "553 5.7.1 Sender address rejected: not owned by user", {}};
  }
  smtp::Verdict on_letter(const smtp::ServerPeer&, smtp::ServerEnvelope&&, std::string&&, std::string_view) override {
    ++letters;
    return {};
  }

 private:
  template <class Work>
  void run(Work work) {
    std::promise<void> done;
    boost::asio::post(io_.context(), [&] {
      work();
      done.set_value();
    });
    done.get_future().wait();
  }

  std::shared_ptr<net::Listener> listener_;
  net::IoThread io_;
};

class LanePauses : public testing::Test {
 protected:
  Outcome send(const std::string& sender = "from@example.com", bool insists = false) {
    auto one = jobs(1);
    one.front().mail_from = sender;
    one.front().insists = insists;
    engine.submit(lane, std::move(one), queue);
    return collect(*queue, 1).at(0);
  }

  Gate gate;
  Engine engine;
  std::shared_ptr<OutcomeQueue> queue = std::make_shared<OutcomeQueue>();
  LaneId lane = engine.add_lane(gate.lane());
};

TEST_F(LanePauses, AfterARefusedLoginManyLettersAreNotTriedAndSaySo) {
  gate.lets_in = false;
  const auto first = send();
  EXPECT_TRUE(first.tried);
  ASSERT_TRUE(first.paused_until);
  engine.submit(lane, jobs(20), queue);
  for (const auto& [ticket, outcome] : collect(*queue, 20)) {
    EXPECT_FALSE(outcome.tried);
    EXPECT_EQ(outcome.paused_until, first.paused_until);
    EXPECT_NE(failure_of(outcome).message.find("Nothing was tried now"), std::string::npos);
    EXPECT_EQ(failure_of(outcome).category, Category::auth_failed);
  }
  EXPECT_EQ(gate.logins, 1);
  const auto status = engine.status(lane);
  ASSERT_EQ(status.pauses.size(), 1U);
  EXPECT_FALSE(status.pauses[0].sender);
  EXPECT_EQ(status.pauses[0].until, first.paused_until);
  EXPECT_EQ(status.paused->category, Category::auth_failed);
}

TEST_F(LanePauses, WhoInsistsTriesOnceAndTheNextPauseIsLonger) {
  gate.lets_in = false;
  const auto first = send();
  const auto second = send("from@example.com", true);
  EXPECT_TRUE(second.tried);
  EXPECT_GT(*second.paused_until - second.ended, *first.paused_until - first.ended + std::chrono::minutes(4));
  EXPECT_EQ(gate.logins, 2);
}

TEST_F(LanePauses, WhoInsistsAndIsLetInEndsThePause) {
  gate.lets_in = false;
  send();
  gate.lets_in = true;
  EXPECT_TRUE(send("from@example.com", true).letter.recipients.at(0).accepted);
  EXPECT_TRUE(engine.status(lane).pauses.empty());
  EXPECT_TRUE(send().letter.recipients.at(0).accepted);
}

TEST_F(LanePauses, ResumeEndsThePauseForAll) {
  gate.lets_in = false;
  send();
  gate.lets_in = true;
  EXPECT_FALSE(send().tried);
  EXPECT_TRUE(engine.resume(lane));
  EXPECT_TRUE(send().letter.recipients.at(0).accepted);
  engine.remove_lane(lane, std::chrono::seconds(1));
  EXPECT_FALSE(engine.resume(lane));
}

TEST_F(LanePauses, ASuspendedAccountHoldsAllSendersBack) {
  gate.suspended = true;
  EXPECT_EQ(failure_of(send()).category, Category::account_blocked);
  EXPECT_FALSE(send("other@example.com").tried);
  EXPECT_EQ(gate.mails, 1);
  EXPECT_TRUE(send("other@example.com", true).tried);
  EXPECT_EQ(gate.mails, 2);
  gate.suspended = false;
  EXPECT_TRUE(send("other@example.com", true).letter.recipients.at(0).accepted);
  EXPECT_TRUE(send().letter.recipients.at(0).accepted);
}

TEST_F(LanePauses, ASenderThatIsRefusedHoldsItsOwnLettersBackAndTheOthersGo) {
  EXPECT_EQ(failure_of(send("stranger@example.com")).category, Category::sender_not_authorized);
  std::vector<Job> mixed = jobs(20);
  for (std::size_t i = 0; i < mixed.size(); i += 2) mixed[i].mail_from = "stranger@example.com";
  engine.submit(lane, std::move(mixed), queue);
  for (const auto& [ticket, outcome] : collect(*queue, 20)) {
    EXPECT_EQ(outcome.letter.recipients.at(0).accepted, ticket % 2 == 1) << ticket;
    EXPECT_EQ(outcome.tried, ticket % 2 == 1) << ticket;
  }
  EXPECT_EQ(gate.mails, 11);
  const auto status = engine.status(lane);
  ASSERT_EQ(status.pauses.size(), 1U);
  EXPECT_EQ(status.pauses[0].sender, "stranger@example.com");
  EXPECT_FALSE(status.paused);
}

TEST_F(LanePauses, LettersThatWaitWhenTheirSenderIsRefusedComeBackUntried) {
  auto many = jobs(50);
  for (auto& job : many) job.mail_from = "stranger@example.com";
  engine.submit(lane, std::move(many), queue);
  std::size_t tried = 0;
  for (const auto& [ticket, outcome] : collect(*queue, 50)) {
    EXPECT_EQ(failure_of(outcome).category, Category::sender_not_authorized);
    EXPECT_TRUE(outcome.paused_until);
    tried += outcome.tried ? 1 : 0;
  }
  EXPECT_LE(tried, 2U) << "one for each connection";
}

}  // namespace
}  // namespace gatepost::engine
