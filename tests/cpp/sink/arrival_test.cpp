#include "gatepost/sink/arrival.hpp"

#include <gmock/gmock.h>

namespace gatepost::sink {
namespace {

using testing::ElementsAre;

Arrival arrival_for(std::vector<std::string> recipients, std::vector<DiscardedRecipient> gone = {}) {
  auto letter = std::make_shared<StoredLetter>();
  letter->raw = "text";
  for (const auto& address : recipients) letter->envelope.rcpt_params.push_back({"ORCPT=" + address});
  letter->envelope.rcpt_to = std::move(recipients);
  return {std::move(letter), std::move(gone)};
}

TEST(Arrival, ALetterForAllItsRecipientsIsOneLetter) {
  Inbox inbox(1 << 20);
  add_to(inbox, arrival_for({"a", "b"}));
  ASSERT_EQ(inbox.select({}).size(), 1U);
  EXPECT_THAT(inbox.select({})[0]->envelope.rcpt_to, ElementsAre("a", "b"));
  EXPECT_TRUE(inbox.discarded().empty());
}

TEST(Arrival, DiscardedRecipientsGetALetterOfTheirOwnWithTheirParameters) {
  Inbox inbox(1 << 20);
  add_to(inbox, arrival_for({"a", "b", "c"}, {{"a", "why"}, {"c", "because"}}));
  ASSERT_EQ(inbox.select({}).size(), 1U);
  const auto kept = inbox.select({})[0];
  EXPECT_THAT(kept->envelope.rcpt_to, ElementsAre("b"));
  EXPECT_THAT(kept->envelope.rcpt_params, ElementsAre(ElementsAre("ORCPT=b")));
  ASSERT_EQ(inbox.discarded().size(), 1U);
  const auto gone = inbox.discarded()[0];
  EXPECT_THAT(gone->envelope.rcpt_to, ElementsAre("a", "c"));
  EXPECT_THAT(gone->envelope.rcpt_params, ElementsAre(ElementsAre("ORCPT=a"), ElementsAre("ORCPT=c")));
  EXPECT_EQ(gone->discarded, "why, because");
  EXPECT_EQ(gone->raw, "text");
  EXPECT_EQ(kept->id, 1U);
  EXPECT_EQ(gone->id, 2U);
}

TEST(Arrival, ALetterForDiscardedRecipientsAloneIsDiscarded) {
  Inbox inbox(1 << 20);
  add_to(inbox, arrival_for({"a"}, {{"a", "why"}}));
  EXPECT_TRUE(inbox.select({}).empty());
  EXPECT_EQ(inbox.discarded().at(0)->discarded, "why");
}

TEST(Arrival, ALetterThatIsDiscardedAsAWholeStaysWhole) {
  Inbox inbox(1 << 20);
  auto arrival = arrival_for({"a", "b"}, {{"a", "why"}});
  arrival.letter->discarded = "missing Date";
  add_to(inbox, std::move(arrival));
  ASSERT_EQ(inbox.discarded().size(), 1U);
  EXPECT_THAT(inbox.discarded()[0]->envelope.rcpt_to, ElementsAre("a", "b"));
  EXPECT_EQ(inbox.discarded()[0]->discarded, "missing Date");
}

TEST(Arrival, RecipientsAreDroppedByTheirPlaces) {
  auto envelope = arrival_for({"a", "b", "c", "d"}).letter->envelope;
  drop_recipients(envelope, {0, 2});
  EXPECT_THAT(envelope.rcpt_to, ElementsAre("b", "d"));
  EXPECT_THAT(envelope.rcpt_params, ElementsAre(ElementsAre("ORCPT=b"), ElementsAre("ORCPT=d")));
}

}  // namespace
}  // namespace gatepost::sink
