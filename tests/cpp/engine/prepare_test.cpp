#include "gatepost/engine/prepare.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "merged_letters.hpp"

namespace gatepost::engine {
namespace {

using codes::Category;
using crypto::KeyType;
using testing::HasSubstr;
using testing::StartsWith;

const TimePoint now = std::chrono::sys_days{std::chrono::year{2026} / 11 / 22};

/// The domains whose signatures pass, of all that there are.
std::vector<std::string> passing(const std::string& letter) { return passing_domains(letter, now); }

SignerChoice choice() {
  return SignerChoice({{"example.com",
                        {signer(KeyType::ed25519), signer(KeyType::rsa),
                         signer(KeyType::ed25519, "example.com", dkim::Canonicalization::simple)}},
                       {"example.org", {signer(KeyType::ed25519, "example.org")}}});
}

Job prebuilt(std::string letter) {
  return {
      1, "a@example.com", {"b@example.net"}, false, Prebuilt{std::make_shared<const std::string>(std::move(letter))}};
}

Result<PreparedLetter, codes::Failure> made_by(Preparer& preparer, const Job& job) {
  return preparer.prepare(job.letter, job.binary(), now);
}

std::string data_of(Preparer& preparer, const Job& job) {
  const auto letter = made_by(preparer, job);
  EXPECT_TRUE(letter) << letter.error().message;
  return letter ? *letter->data : std::string();
}

TEST(Preparer, MergedLettersAreSignedByTheKeysOfTheirAuthor) {
  for (const bool same_body : {false, true}) {
    Preparer preparer(choice(), {});
    const auto batch = batch_of(program("news@example.com", same_body), 3);
    for (std::size_t row = 0; row < 3; ++row) {
      const auto letter = data_of(preparer, merged(batch, row));
      EXPECT_THAT(letter, HasSubstr("To: =?utf-8?B?0JDQvdC90LA=?= <reader" + std::to_string(row)));
      EXPECT_EQ(passing(letter), std::vector<std::string>(3, "example.com"));
    }
  }
}

TEST(Preparer, LettersOfSeveralProgramsOfOneBodyEachKeepTheirBodyHashApart) {
  Preparer preparer(choice(), {});
  const auto one = batch_of(program("news@example.com", true), 2);
  const auto other = batch_of(program("news@example.org", true), 2);
  auto attached = batch_of(one->program, 2);
  attached->attachments = {{*mime::Part::make({"x", "a.txt", "", ""})}, {}};
  for (std::size_t row = 0; row < 2; ++row) {
    for (const auto& batch : {one, other, attached}) {
      EXPECT_FALSE(passing(data_of(preparer, merged(batch, row))).empty());
    }
  }
}

TEST(Preparer, PrebuiltLettersAreSignedByTheDomainOfFromAndAreElseAsTheyWere) {
  Preparer preparer(choice(), {});
  const std::string own = "From: =?utf-8?Q?A?= (b)\r\n <ivan@News.Example.ORG>\r\nTo: b@c.d\r\n\r\n .x \r\n\r\n";
  const auto letter = data_of(preparer, prebuilt(own));
  EXPECT_EQ(passing(letter), std::vector<std::string>{"example.org"});
  EXPECT_TRUE(letter.ends_with("\r\n" + own));
  const std::string foreign = "From: a@other.example\r\n\r\nx";
  EXPECT_EQ(data_of(preparer, prebuilt(foreign)), foreign);
  Preparer unsigned_ones({}, {});
  EXPECT_EQ(data_of(unsigned_ones, prebuilt(own)), own);
}

TEST(Preparer, LineEndsAreSignedAsTheyWillBeSent) {
  Preparer preparer(choice(), {});
  for (const char* letter : {"From: a@example.org\nTo: b@c.d\n\none\ntwo", "From: a@example.org\r\n\r\none\ntwo\rthree",
                             "From: a@example.org\rTo: b@c.d\r\r\rx"}) {
    const auto sent = data_of(preparer, prebuilt(letter));
    EXPECT_EQ(passing(sent), std::vector<std::string>{"example.org"});
    for (auto at = sent.find_first_of("\r\n"); at != std::string::npos; at = sent.find_first_of("\r\n", at + 2)) {
      EXPECT_EQ(sent.substr(at, 2), "\r\n");
    }
  }
  auto requests = std::make_shared<smtp::LetterRequests>();
  requests->binary = true;
  auto binary = prebuilt("From: a@example.org\r\n\r\none\ntwo\rthree");
  binary.requests = requests;
  const auto sent = data_of(preparer, binary);
  EXPECT_TRUE(sent.ends_with("\r\n\r\none\ntwo\rthree"));
  EXPECT_EQ(passing(sent), std::vector<std::string>{"example.org"});
}

TEST(Preparer, ALetterThatCannotBeSignedIsMalformedAndSaysWhy) {
  Preparer preparer(SignerChoice({}, {signer(KeyType::ed25519)}), {});
  for (const char* letter : {"Subject: x\r\n\r\nx", "From: a@example.com\r\nFrom: b@example.com\r\n\r\nx",
                             "From: a@example.com\r\nno field\r\n\r\nx"}) {
    const auto made = made_by(preparer, prebuilt(letter));
    ASSERT_FALSE(made) << letter;
    EXPECT_EQ(made.error().category, Category::message_malformed);
    EXPECT_EQ(made.error().scope, codes::Scope::message);
  }
  EXPECT_THAT(made_by(preparer, prebuilt("Subject: x\r\n\r\nx")).error().message, HasSubstr("From"));
}

TEST(Preparer, TheSizeOfALetterCountsItsSignatures) {
  const std::string letter = "From: a@example.com\r\n\r\nx\r\n";
  const auto size = [&] {
    Preparer preparer(choice(), {});
    return data_of(preparer, prebuilt(letter)).size();
  }();
  Preparer enough(choice(), size);
  EXPECT_EQ(data_of(enough, prebuilt(letter)).size(), size);
  Preparer too_small(choice(), size - 1);
  const auto refused = made_by(too_small, prebuilt(letter));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().category, Category::message_too_large);
  EXPECT_THAT(refused.error().message, HasSubstr(std::to_string(size) + " bytes"));
  Preparer unsigned_ones({}, letter.size());
  EXPECT_EQ(data_of(unsigned_ones, prebuilt(letter)), letter);
}

TEST(Preparer, ARowThatTheGateRefusesNamesItsField) {
  Preparer preparer({}, {});
  const auto batch = batch_of(program("news@example.com", false), 1);
  batch->columns[0][0] = "two\r\nlines";
  const auto made = made_by(preparer, merged(batch, 0));
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().category, Category::message_malformed);
  EXPECT_THAT(made.error().message, HasSubstr("subject"));
}

TEST(Preparer, AMadeMessageIdIsTheOneInTheLetter) {
  Preparer preparer({}, {});
  const auto batch = batch_of(program("news@example.com", false), 1);
  const auto letter = made_by(preparer, merged(batch, 0));
  ASSERT_TRUE(letter);
  EXPECT_THAT(*letter->data, HasSubstr("Message-ID: <" + letter->message_id + ">\r\n"));
  EXPECT_THAT(*letter->data, StartsWith("Date: Sun, 22 Nov 2026 00:00:00 +0000\r\n"));
}

}  // namespace
}  // namespace gatepost::engine
