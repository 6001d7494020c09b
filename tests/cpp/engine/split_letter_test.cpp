#include "gatepost/engine/split_letter.hpp"

#include <gmock/gmock.h>

namespace gatepost::engine {
namespace {

using codes::Category;
using testing::ElementsAre;

codes::Failure failure(Category category) {
  auto made = codes::local_failure(category, codes::Phase::rcpt, "no");
  return made;
}

/// One transaction's outcome: "+" accepted, "#" too many recipients, "-" unknown, by recipient.
smtp::LetterOutcome part(const std::string& rows, std::string queue_id = "") {
  smtp::LetterOutcome outcome;
  for (const char row : rows) {
    smtp::RecipientOutcome made;
    made.address = "somebody";
    made.accepted = row == '+';
    if (row == '#') made.failure = failure(Category::too_many_recipients);
    if (row == '-') made.failure = failure(Category::recipient_unknown);
    outcome.recipients.push_back(std::move(made));
  }
  outcome.queue_id = std::move(queue_id);
  outcome.timings.mail = std::chrono::microseconds(5);
  return outcome;
}

const std::vector<std::string> five = {"a@x.org", "b@x.org", "c@y.org", "d@z.org", "e@x.org"};

TEST(SplitLetter, OnlyWhatIsMoreThanTheLimitsIsSplit) {
  EXPECT_FALSE(must_split(five, {}));
  EXPECT_FALSE(must_split(five, {5, 3}));
  EXPECT_TRUE(must_split(five, {4, std::nullopt}));
  EXPECT_TRUE(must_split(five, {std::nullopt, 2}));
  EXPECT_FALSE(must_split({"a@x.org"}, {0, 0}));
}

TEST(SplitLetter, ATransactionTakesTheFirstThatTheLimitsAllow) {
  const SplitLetter letter(5);
  EXPECT_THAT(letter.next(five, {2, std::nullopt}), ElementsAre(0, 1));
  EXPECT_THAT(letter.next(five, {std::nullopt, 1}), ElementsAre(0, 1, 4));
  EXPECT_THAT(letter.next(five, {std::nullopt, 2}), ElementsAre(0, 1, 2, 4));
  EXPECT_THAT(letter.next(five, {0, 0}), ElementsAre(0));
}

TEST(SplitLetter, AllTransactionsEndInOneOutcomeInTheOrderOfTheRecipients) {
  SplitLetter letter(5);
  letter.add({0, 1, 4}, part("+-+", "Q1"));
  EXPECT_FALSE(letter.complete());
  EXPECT_THAT(letter.next(five, {}), ElementsAre(2, 3));
  letter.add({2, 3}, part("-+", "Q2"));
  ASSERT_TRUE(letter.complete());
  const auto whole = std::move(letter).merged(five, {});
  std::string rows;
  for (const auto& row : whole.letter.recipients) rows += row.accepted ? '+' : '-';
  EXPECT_EQ(rows, "+--++");
  std::vector<std::string> queue_ids;
  for (const auto& row : whole.letter.recipients) queue_ids.push_back(row.queue_id);
  EXPECT_THAT(queue_ids, ElementsAre("Q1", "", "", "Q2", "Q1"));
  EXPECT_EQ(whole.letter.queue_id, "Q1");
  EXPECT_FALSE(whole.letter.untouched);
  EXPECT_EQ(whole.letter.timings.mail.count(), 10);
}

TEST(SplitLetter, WhoMeetsTooManyStaysWhileOthersGetOn) {
  SplitLetter letter(5);
  letter.add({0, 1, 2, 3, 4}, part("++#-#"));
  EXPECT_THAT(letter.next(five, {}), ElementsAre(2, 4));
  letter.add({2, 4}, part("##"));  // nobody gets on: that is the answer
  EXPECT_TRUE(letter.complete());
  EXPECT_EQ(std::move(letter).merged(five, {}).letter.recipients[2].failure->category, Category::too_many_recipients);
}

TEST(SplitLetter, ThoseThatAreLeftGetTheReasonWhyNothingGoesOn) {
  SplitLetter letter(5);
  letter.add({0}, part("+"));
  const auto whole = std::move(letter).merged(five, failure(Category::connection_lost));
  EXPECT_TRUE(whole.letter.recipients[0].accepted);
  EXPECT_FALSE(whole.letter.untouched);
  for (std::size_t i = 1; i < five.size(); ++i) {
    EXPECT_EQ(whole.letter.recipients[i].address, five[i]);
    EXPECT_EQ(whole.letter.recipients[i].failure.value().category, Category::connection_lost);
  }
}

TEST(SplitLetter, WhatNobodyHeardOfStaysUntouched) {
  SplitLetter letter(5);
  EXPECT_TRUE(std::move(letter).merged(five, failure(Category::connect_failed)).letter.untouched);
}

TEST(SplitLetter, TheServersOwnLimitIsWhereItSaidTooManyFirst) {
  EXPECT_EQ(taken_before_too_many(part("+-##")), 2U);
  EXPECT_EQ(taken_before_too_many(part("+-")), std::nullopt);
  EXPECT_EQ(taken_before_too_many(part("##")), std::nullopt);
  EXPECT_EQ(taken_before_too_many(part("#+")), 1U);
}

TEST(SplitLetter, OriginalRecipientsGoWithTheirRecipients) {
  Job job;
  job.rcpt_to = five;
  smtp::LetterRequests requests;
  requests.envelope_id = "id";
  requests.original_recipients = {"rfc822;0", "rfc822;1", "rfc822;2", "rfc822;3", "rfc822;4"};
  job.requests = std::make_shared<const smtp::LetterRequests>(requests);
  const auto some = SplitLetter::requests_for(job, {1, 3});
  EXPECT_THAT(some->original_recipients, ElementsAre("rfc822;1", "rfc822;3"));
  EXPECT_EQ(some->envelope_id, "id");
}

}  // namespace
}  // namespace gatepost::engine
