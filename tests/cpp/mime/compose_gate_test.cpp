#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "letters.hpp"

using namespace gatepost;
using namespace gatepost::mime;
using testing::HasSubstr;

TEST(ComposeGate, LineEndsAndControlsAreRefusedEverywhere) {
  const std::string evil = "a\r\nBcc: victim@x.ru";
  const std::vector<std::pair<const char*, std::function<void(LetterContent&)>>> ways{
      {"subject", [&](auto& c) { c.subject = evil; }},
      {"from.name", [&](auto& c) { c.from.name = evil; }},
      {"from", [&](auto& c) { c.from.address = "a@x.ru\r\nX: y"; }},
      {"sender.name",
       [&](auto& c) {
         c.sender = Mailbox{evil, "a@x.ru"};
       }},
      {"to[0]",
       [&](auto& c) {
         c.to = {{"", "a@x.ru\n"}};
       }},
      {"to[1].name",
       [&](auto& c) {
         c.to.push_back({evil, "a@x.ru"});
       }},
      {"cc[0].name",
       [&](auto& c) {
         c.cc = {{std::string("a\0b", 3), "a@x.ru"}};
       }},
      {"reply_to[0].name",
       [&](auto& c) {
         c.reply_to = {{evil, "a@x.ru"}};
       }},
      {"headers['X-A']",
       [&](auto& c) {
         c.headers = {{"X-A", evil}};
       }},
      {"headers['X\\x0d\\x0aBcc']",
       [&](auto& c) {
         c.headers = {{"X\r\nBcc", "v"}};
       }},
      {"headers['X A']",
       [&](auto& c) {
         c.headers = {{"X A", "v"}};
       }},
      {"headers['X:']",
       [&](auto& c) {
         c.headers = {{"X:", "v"}};
       }},
      {"message_id", [&](auto& c) { c.message_id = "a@b\r\nX: y"; }},
      {"message_id", [&](auto& c) { c.message_id = "a@b> <c@d"; }},
      {"campaign_id", [&](auto& c) { c.campaign_id = evil; }},
      {"letter_id", [&](auto& c) { c.letter_id = evil; }},
      {"list_unsubscribe", [&](auto& c) { c.list_unsubscribe = "https://x\r\nBcc: a"; }},
      {"list_unsubscribe", [&](auto& c) { c.list_unsubscribe = "https://x>, <mailto:a@b"; }},
      {"list_unsubscribe", [&](auto& c) { c.list_unsubscribe = "javascript:alert(1)"; }},
      {"to[0]",
       [&](auto& c) {
         c.to = {{"", "a@x.ru>, <b@x.ru"}};
       }},
      {"text", [&](auto& c) { c.text = "ab\xFF"; }},
      {"subject", [&](auto& c) { c.subject = "ab\xFF"; }},
  };
  for (const auto& [where, spoil] : ways) {
    LetterContent content = simple();
    spoil(content);
    EXPECT_EQ(fault(content).rfind(std::string(where) + ": ", 0), 0U) << where << " gave " << fault(content);
  }
}

TEST(ComposeGate, HeadersThatAreOursAreRefusedByName) {
  for (const char* name :
       {"From", "to", "SUBJECT", "Date", "Message-Id", "MIME-Version", "Content-Type", "Content-Transfer-Encoding",
        "Bcc", "Resent-Bcc", "Sender", "Reply-To", "X-Letter-Id", "Return-Path"}) {
    LetterContent content = simple();
    content.headers = {{name, "v"}};
    EXPECT_THAT(fault(content), HasSubstr(name)) << name;
  }
}

TEST(ComposeGate, HeaderThatMayStandOnceIsRefusedTwice) {
  LetterContent content = simple();
  content.headers = {{"References", "<a@b>"}, {"references", "<a@b>"}};
  EXPECT_THAT(fault(content), HasSubstr("occurs twice"));
  content.headers = {{"X-Tag", "a"}, {"X-Tag", "b"}};
  EXPECT_EQ(fault(content), "no error");
  content.headers = {{"List-Unsubscribe", "<https://a>"}};
  content.list_unsubscribe = "https://b";
  EXPECT_THAT(fault(content), HasSubstr("List-Unsubscribe"));
}

TEST(ComposeGate, PlainHeaderBeyondAsciiOrTooLongIsRefused) {
  LetterContent content = simple();
  content.headers = {{"List-Id", "news <новости.x.ru>"}};
  EXPECT_THAT(fault(content), HasSubstr("must be ASCII"));
  content.headers = {{"Feedback-ID", "новости"}};
  EXPECT_THAT(fault(content), HasSubstr("must be ASCII"));
  content.headers = {{"List-Help", "<https://" + std::string(1000, 'a') + ">"}};
  EXPECT_THAT(fault(content), HasSubstr("900"));
}

TEST(ComposeGate, MessageIdIsRefusedWithTheReason) {
  const auto fault_of = [](std::string id) {
    LetterContent content = simple();
    content.message_id = std::move(id);
    return fault(content);
  };
  EXPECT_THAT(fault_of("12345"), HasSubstr("left@right"));
  for (const char* id : {"письмо@пример.рф", "a b@c.d", "<a@b"}) {
    EXPECT_THAT(fault_of(id), HasSubstr("only ASCII, no spaces and no '<' or '>'"));
  }
  EXPECT_THAT(fault_of(std::string(300, 'a') + "@b"), HasSubstr("302 octets"));
}

TEST(ComposeGate, UnsubscribeUrlIsRefusedWithTheReason) {
  const auto fault_of = [](const char* url) {
    LetterContent content = simple();
    content.list_unsubscribe = url;
    return fault(content);
  };
  EXPECT_THAT(fault_of("<https://example.com/u>"), HasSubstr("without '<' and '>'"));
  EXPECT_THAT(fault_of("https://пример.рф/u"), HasSubstr("'п' is not allowed in a URL"));
  EXPECT_THAT(fault_of("https://пример.рф/u"), HasSubstr("A-label"));
  EXPECT_THAT(fault_of("https://example.com/a b"), HasSubstr("'b' is not an http, https or mailto URL"));
  EXPECT_THAT(fault_of("https://example.com/a  mailto:b@c"), HasSubstr("'' is not an http, https or mailto URL"));
  EXPECT_THAT(fault_of("https://example.com/a mailto:b>c"), HasSubstr("is not allowed in a URL"));
}

TEST(ComposeGate, MorePartsThanParseReadsAreRefused) {
  LetterContent content = simple();
  const auto part = Part::make({"x", "a.txt", "text/plain", ""}).value();
  content.attachments.assign(999, part);
  EXPECT_EQ(fault(content), "no error");
  content.attachments.push_back(part);
  EXPECT_EQ(fault(content), "attachments: the letter has 1001 parts, 1000 are allowed");
}

TEST(ComposeGate, GroupsAndThreadIdsAreRefusedByPlace) {
  const std::vector<std::pair<const char*, std::function<void(LetterContent&)>>> ways{
      {"to.groups[0].name: byte 1",
       [](auto& c) {
         c.to_groups = {{"a\r\nBcc: x", 0, 1}};
       }},
      {"to.groups[0]: has no name",
       [](auto& c) {
         c.to_groups = {{"", 0, 1}};
       }},
      {"to.groups[0]: must lie within the list",
       [](auto& c) {
         c.to_groups = {{"a", 0, 2}};
       }},
      {"to.groups[1]: must lie within the list",
       [](auto& c) {
         c.to_groups = {{"a", 0, 1}, {"b", 0, 1}};
       }},
      {"to.groups[0]: must lie within the list",
       [](auto& c) {
         c.to_groups = {{"a", 1, static_cast<std::size_t>(-1)}};
       }},
      {"in_reply_to[0]: ", [](auto& c) { c.in_reply_to = {"a b@c"}; }},
      {"references[1]: is empty",
       [](auto& c) {
         c.references = {"a@b", ""};
       }},
      {"references[0]: byte 3", [](auto& c) { c.references = {"a@b\r\nX: y"}; }},
      {"headers['in-reply-to']: is written",
       [](auto& c) {
         c.in_reply_to = {"a@b"};
         c.headers = {{"in-reply-to", "<a@b>"}};
       }},
  };
  for (const auto& [start, spoil] : ways) {
    LetterContent content = simple();
    spoil(content);
    EXPECT_EQ(fault(content).rfind(start, 0), 0U) << start << " gave " << fault(content);
  }
}
