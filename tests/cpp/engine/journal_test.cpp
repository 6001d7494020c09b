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
  const auto replay = *Journal::replay({path_});
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
  const auto replay = *Journal::replay({path_});
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
    const auto replay = *Journal::replay({path_});
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

TEST_F(JournalFile, TornAtEveryByteItIsNotCalledDamaged) {
  const auto whole = encode_intent(1) + encode_result(refused(1)) + encode_intent(2);
  for (std::size_t cut = 0; cut <= whole.size(); ++cut) {
    std::ofstream(path_, std::ios::binary | std::ios::trunc) << whole.substr(0, cut);
    EXPECT_FALSE(Journal::replay({path_})->damaged) << cut;
  }
}

TEST_F(JournalFile, DamagedAtAnyByteOfTheMiddleItSaysSoAndReadsOnBehind) {
  const auto before = encode_intent(1);
  const auto middle = encode_result(refused(1)) + encode_intent(2);
  const auto behind = encode_intent(3) + encode_result(refused(3));
  for (std::size_t at = 0; at < middle.size(); ++at) {
    auto damaged = before + middle + behind;
    damaged[before.size() + at] = static_cast<char>(damaged[before.size() + at] ^ 0x20);
    std::ofstream(path_, std::ios::binary | std::ios::trunc) << damaged;
    const auto replay = *Journal::replay({path_});
    EXPECT_TRUE(replay.damaged) << at;
    ASSERT_TRUE(replay.tickets.contains(3)) << at;
    EXPECT_TRUE(replay.tickets.at(3).has_value()) << at;
  }
}

TEST_F(JournalFile, WithZeroesAtItsEndItSaysThatItIsDamaged) {
  std::ofstream(path_, std::ios::binary | std::ios::trunc) << encode_intent(1) << std::string(4096, '\0');
  const auto replay = *Journal::replay({path_});
  EXPECT_TRUE(replay.damaged);
  EXPECT_EQ(replay.tickets.size(), 1U);
}

TEST_F(JournalFile, ContinuedInANewFileBothAreReadAsOne) {
  const auto second = path_ + ".2";
  std::filesystem::remove(second);
  {
    const auto journal = *Journal::create(path_);
    journal->intent(9);
    journal->intent(10);
    ASSERT_EQ(journal->continue_in(second), std::nullopt);
    EXPECT_EQ(journal->size(), 0U);
    journal->result(refused(9));
    EXPECT_GT(journal->size(), 0U);
    ASSERT_NE(journal->continue_in(path_), std::nullopt);  // it is there already
    journal->intent(11);
    ASSERT_TRUE(Journal::replay({path_}));  // that one has been let go
    ASSERT_FALSE(Journal::replay({second}));
  }
  const auto replay = *Journal::replay({path_, second});
  EXPECT_TRUE(replay.tickets.at(9).has_value());
  EXPECT_FALSE(replay.tickets.at(10).has_value());
  EXPECT_FALSE(replay.tickets.at(11).has_value());
  std::filesystem::remove(second);
}

TEST_F(JournalFile, WhileItsWriterLivesAReplayIsRefused) {
  const auto journal = *Journal::create(path_);
  const auto replay = Journal::replay({path_});
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
