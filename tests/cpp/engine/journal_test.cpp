#include "gatepost/engine/journal.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>

#include "gatepost/engine/journal_codec.hpp"

namespace gatepost::engine {
namespace {

class JournalFile : public testing::Test {
 protected:
  JournalFile() : path_(testing::TempDir() + "journal-" + std::to_string(::getpid()) + "-" + name()) {
    std::filesystem::remove(path_);
  }
  ~JournalFile() override { std::filesystem::remove(path_); }
  static std::string name() { return testing::UnitTest::GetInstance()->current_test_info()->name(); }
  std::string path_;
};

rlimit limit() {
  rlimit now{};
  ::getrlimit(RLIMIT_FSIZE, &now);
  return now;
}

Outcome refused(std::uint64_t ticket) {
  Outcome outcome;
  outcome.ticket = ticket;
  outcome.lane = 2;
  outcome.message_id = "a@b.example";
  outcome.started = SystemClock().now();
  outcome.ended = outcome.started + std::chrono::milliseconds(5);
  outcome.bytes = 1234;
  codes::Failure failure;
  failure.phase = codes::Phase::rcpt;
  failure.code = 550;
  failure.enhanced = codes::EnhancedCode{5, 1, 1};
  failure.server_text = "Ящик не найден";
  failure.category = codes::Category::recipient_unknown;
  failure.rule_id = "r1";
  outcome.letter.recipients.push_back({"olga@example.com", false, failure});
  outcome.letter.recipients.push_back(
      {"petr@example.com", true, std::nullopt, codes::make_reply(250, {"2.1.5 Ok: queued as 7"}), "7"});
  outcome.letter.final_reply = {550, codes::EnhancedCode{5, 1, 1}, {"one", "two"}};
  outcome.letter.queue_id = "Q1";
  return outcome;
}

TEST_F(JournalFile, AnIntentWithoutResultIsInDoubt) {
  {
    const auto journal = *Journal::create(path_);
    journal->intent(7);
  }
  const auto replay = *Journal::replay(path_);
  ASSERT_EQ(replay.tickets.size(), 1U);
  EXPECT_EQ(replay.tickets.at(7), std::nullopt);
}

TEST_F(JournalFile, AResultComesBackWithEveryField) {
  const auto written = refused(9);
  {
    const auto journal = *Journal::create(path_);
    journal->intent(9);
    journal->result(written);
  }
  const auto replay = *Journal::replay(path_);
  const auto& read = replay.tickets.at(9);
  ASSERT_TRUE(read);
  EXPECT_EQ(encode_result(*read), encode_result(written));
  EXPECT_EQ(read->letter.recipients.at(0).failure->server_text, "Ящик не найден");
  EXPECT_EQ(read->letter.recipients.at(1).reply.value().to_string(), "250 2.1.5 Ok: queued as 7");
  EXPECT_EQ(read->letter.recipients.at(1).queue_id, "7");
  EXPECT_EQ(read->letter.final_reply.lines, (std::vector<std::string>{"one", "two"}));
  EXPECT_EQ(read->ended, written.ended);
}

TEST_F(JournalFile, TornAtEveryByteItGivesTheRecordsBeforeTheTear) {
  const auto whole = encode_intent(1) + encode_result(refused(1)) + encode_intent(2);
  const auto first = encode_intent(1).size();
  const auto second = first + encode_result(refused(1)).size();
  for (std::size_t cut = 0; cut <= whole.size(); ++cut) {
    std::ofstream(path_, std::ios::binary | std::ios::trunc) << whole.substr(0, cut);
    const auto replay = *Journal::replay(path_);
    EXPECT_EQ(replay.tickets.size(), cut < first ? 0U : cut < whole.size() ? 1U : 2U) << cut;
    if (cut >= first) {
      EXPECT_EQ(replay.tickets.at(1).has_value(), cut >= second) << cut;
    }
  }
}

TEST(JournalCodec, ADamagedRecordIsNotRead) {
  const auto whole = encode_result(refused(1));
  for (std::size_t at = 0; at < whole.size(); ++at) {
    auto damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x20);
    std::string_view rest = damaged;
    EXPECT_FALSE(decode_record(rest)) << at;
  }
}

TEST_F(JournalFile, WhileItsWriterLivesAReplayIsRefused) {
  const auto journal = *Journal::create(path_);
  const auto replay = Journal::replay(path_);
  ASSERT_FALSE(replay);
  EXPECT_NE(replay.error().message.find("another process is running"), std::string::npos);
}

TEST_F(JournalFile, AnExistingFileIsNotOverwritten) {
  std::ofstream(path_) << "x";
  const auto created = Journal::create(path_);
  ASSERT_FALSE(created);
  EXPECT_EQ(created.error().number, EEXIST);
}

TEST_F(JournalFile, AWriteThatFailsIsReported) {
  const auto journal = *Journal::create(path_);
  ASSERT_EQ(journal->error(), "");
  // A limit on the file's size is what a full disk looks like to a writer.
  const rlimit before = limit();
  std::signal(SIGXFSZ, SIG_IGN);
  const rlimit tight{0, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &tight), 0);
  journal->intent(1);
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
  EXPECT_NE(journal->error(), "");
}

}  // namespace
}  // namespace gatepost::engine
