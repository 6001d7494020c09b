#include "gatepost/smtp/client/letter_plan.hpp"

#include "client_script.hpp"

namespace gatepost::smtp {
namespace {

using codes::Category;
using codes::Phase;

LetterRecord record_of(ClientLetter made) { return {std::move(made), Transcript(0)}; }

TEST(LetterPlan, PlainLetterGoesByDataAsItIs) {
  auto record = record_of(letter(1, {"a@b.ru"}));
  const auto plan = plan_letter(record, {}, {}, true);
  EXPECT_FALSE(record.done);
  EXPECT_FALSE(plan.bdat);
  EXPECT_FALSE(plan.eight_bit);
  EXPECT_FALSE(plan.smtp_utf8);
  EXPECT_EQ(plan.requested, nullptr);
}

TEST(LetterPlan, ChunksAreForServersThatTakeThemAndLinesThatNeedNoMending) {
  Extensions offered;
  offered.chunking = true;
  for (const auto& [data, chunking, bdat] :
       {std::tuple{"x: y\r\n\r\nhi\r\n", true, true}, std::tuple{"x: y\r\n\r\nhi\r\n", false, false},
        std::tuple{"x: y\n", true, false}, std::tuple{"x: y\r\n\r\nhi", true, false}}) {
    auto record = record_of(letter(1, {"a@b.ru"}, data));
    EXPECT_EQ(plan_letter(record, {}, offered, chunking).bdat, bdat) << data;
  }
}

TEST(LetterPlan, SizeIsCountedWhereTheServerAsksAndTooLargeIsRefused) {
  SessionFacts facts;
  facts.max_message_bytes = 20;
  auto small = record_of(letter(1, {"a@b.ru"}, "x: y\r\n"));
  EXPECT_EQ(plan_letter(small, facts, {}, false).size, 6u);
  EXPECT_FALSE(small.done);
  auto large = record_of(letter(1, {"a@b.ru"}, std::string(30, 'x') + "\r\n"));
  plan_letter(large, facts, {}, false);
  EXPECT_TRUE(large.done);
  EXPECT_EQ(large.outcome.recipients[0].failure->category, Category::message_too_large);
}

TEST(LetterPlan, RecipientThatCannotBeSentIsRefusedAloneOrWithAll) {
  for (const bool all_or_nothing : {false, true}) {
    auto made = letter(1, {"a@b.ru", "c d@e.ru\r\n"});
    made.all_or_nothing = all_or_nothing;
    auto record = record_of(std::move(made));
    plan_letter(record, {}, {}, false);
    EXPECT_EQ(record.done, all_or_nothing);
    EXPECT_EQ(record.alive, all_or_nothing ? 0u : 1u);
    EXPECT_EQ(record.outcome.recipients[1].failure->category, Category::recipient_syntax);
    EXPECT_EQ(record.outcome.recipients[0].failure.has_value(), all_or_nothing);
  }
}

TEST(LetterPlan, EightBitLetterNeedsAServerThatTakesIt) {
  SessionFacts facts;
  auto refused = record_of(letter(1, {"a@b.ru"}, "x: y\r\n\r\n\xd0\xb8\r\n"));
  plan_letter(refused, facts, {}, false);
  EXPECT_EQ(refused.outcome.recipients[0].failure->category, Category::feature_unsupported);
  facts.eight_bit_mime = true;
  auto taken = record_of(letter(1, {"a@b.ru"}, "x: y\r\n\r\n\xd0\xb8\r\n"));
  EXPECT_TRUE(plan_letter(taken, facts, {}, false).eight_bit);
  EXPECT_FALSE(taken.done);
}

}  // namespace
}  // namespace gatepost::smtp
