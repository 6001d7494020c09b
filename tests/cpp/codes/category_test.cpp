#include "gatepost/codes/category.hpp"

#include <gtest/gtest.h>

#include "gatepost/codes/category_rows.hpp"
#include "gatepost/codes/failure.hpp"
#include "gatepost/codes/phase.hpp"
#include "gatepost/codes/provider.hpp"
#include "gatepost/codes/words.hpp"
#include "gatepost/core/utf8.hpp"

namespace gatepost::codes {
namespace {

TEST(Category, EveryRowStandsAtItsOwnPlaceAndIsFoundByItsId) {
  ASSERT_EQ(std::size(category_rows), category_count);
  for (std::size_t i = 0; i < category_count; ++i) {
    EXPECT_EQ(static_cast<std::size_t>(category_rows[i].category), i);
    EXPECT_EQ(parse_category(category_rows[i].id), category_rows[i].category);
  }
  EXPECT_FALSE(parse_category("nonsense"));
}

TEST(Category, WhatWasFoundOnThisSideIsSaidWithoutAServer) {
  for (const Category category : {Category::message_malformed, Category::message_too_large, Category::connection_lost,
                                  Category::system_full, Category::recipient_syntax}) {
    const Words local = words_for(category, Phase::local, Permanence::permanent);
    for (const auto words : {local.cause, local.remedy}) {
      EXPECT_FALSE(words.empty());
      for (const std::string_view blamed : {"the server", "The server"}) {
        EXPECT_EQ(words.find(blamed), std::string_view::npos) << words;
      }
    }
  }
  EXPECT_NE(words_for(Category::message_too_large, Phase::mail, Permanence::permanent).cause,
            words_for(Category::message_too_large, Phase::local, Permanence::permanent).cause);
  const auto said = local_failure(Category::message_malformed, Phase::local, "byte 3 is a NUL").describe();
  EXPECT_NE(said.find("no server was asked"), std::string::npos) << said;
  EXPECT_EQ(said.find(words_for(Category::message_malformed, Phase::data, Permanence::permanent).remedy),
            std::string::npos)
      << said;
}

TEST(Category, EachIsSaidInBothLanguages) {
  for (const CategoryInfo& row : category_rows) {
    for (const Language language : {Language::en, Language::ru}) {
      const Words words = words_for(row.category, Phase::final_, row.permanence, language);
      for (const auto text : {words.name, words.actor, words.cause, words.remedy}) EXPECT_FALSE(text.empty()) << row.id;
      EXPECT_EQ(is_ascii(words.cause), language == Language::en) << words.cause;
    }
  }
}

TEST(Category, TemporaryRefusalNeverAdvisesToRemoveTheAddress) {
  for (const CategoryInfo& row : category_rows) {
    if (!row.follows_code) continue;
    const Words words = words_for(row.category, Phase::rcpt, Permanence::temporary);
    EXPECT_FALSE(words.remedy.starts_with("Remove")) << row.id;
    EXPECT_NE(words.remedy.find("gain"), std::string_view::npos) << row.id << ": " << words.remedy;
  }
}

TEST(Category, FullMailboxThatIsFinalIsNotToBeTriedAgain) {
  const Words words = words_for(Category::mailbox_full, Phase::rcpt, Permanence::permanent);
  EXPECT_EQ(words.remedy.find("Try again"), std::string_view::npos) << words.remedy;
}

TEST(Category, OnlyFinalFailuresOfTheRecipientSuppress) {
  for (const CategoryInfo& row : category_rows) {
    if (row.suppress == SuppressScope::none) continue;
    EXPECT_NE(row.permanence, Permanence::temporary) << row.id;
    EXPECT_EQ(row.pause, PauseScope::none) << row.id;
  }
}

TEST(Phase, EveryNameIsReadBack) {
  for (int i = 0; i <= static_cast<int>(Phase::local); ++i) {
    EXPECT_EQ(parse_phase(to_string(static_cast<Phase>(i))), static_cast<Phase>(i));
  }
  EXPECT_FALSE(parse_phase("final_"));
}

TEST(Provider, IsFoundByTheSuffixOfAHostName) {
  EXPECT_EQ(provider_of_host("mx.yandex.ru"), "yandex");
  EXPECT_EQ(provider_of_host("MXS.MAIL.RU."), "mail.ru");
  EXPECT_EQ(provider_of_host("example-com.mail.protection.outlook.com"), "outlook");
  EXPECT_EQ(provider_of_host("smtp.rusender.ru"), "rusender");
}

TEST(Provider, HostThatOnlyEndsInTheSameLettersIsNobody) {
  EXPECT_EQ(provider_of_host("hotmail.ru"), "");
  EXPECT_EQ(provider_of_host("mail.ru.example.com"), "");
  EXPECT_EQ(provider_of_host(""), "");
}

TEST(Provider, IsKnownByTheNamesPeopleUse) {
  EXPECT_EQ(canonical_provider("Google"), "gmail");
  EXPECT_EQ(canonical_provider("mailru"), "mail.ru");
  EXPECT_EQ(canonical_provider("smtp.mail.ru"), "mail.ru");
  EXPECT_EQ(canonical_provider("postfix"), "");
}

TEST(LocalFailure, HasTheVerdictsOfItsCategory) {
  const Failure failure = local_failure(Category::connect_failed, Phase::connect, "connection refused");
  EXPECT_EQ(failure.category, Category::connect_failed);
  EXPECT_FALSE(failure.permanent());
  EXPECT_EQ(failure.retry, RetryVerdict::later);
  EXPECT_EQ(failure.retry_after_seconds, 300);
  EXPECT_EQ(failure.scope, Scope::site);
  EXPECT_EQ(failure.code, 0);
  EXPECT_EQ(failure.server_text, "");
  EXPECT_EQ(failure.rule_id, "local");
  EXPECT_TRUE(failure.describe().starts_with("connect: connection refused (connect_failed: ")) << failure.describe();
}

TEST(LocalFailure, OnlyAFailureThatLeavesTheLetterInDoubtSpeaksOfThat) {
  auto failure = local_failure(Category::connection_lost, Phase::mail, "reset by peer");
  EXPECT_EQ(failure.describe().find("accepted"), std::string::npos) << failure.describe();
  EXPECT_EQ(failure.describe().find("final dot"), std::string::npos) << failure.describe();
  failure.maybe_delivered = true;
  EXPECT_NE(failure.describe().find("may have been accepted"), std::string::npos) << failure.describe();
}

TEST(LocalFailure, MissingExtensionIsNamedAndNothingIsGuessedOfTheLetter) {
  const auto text =
      local_failure(Category::feature_unsupported, Phase::mail, "the server does not offer REQUIRETLS").describe();
  EXPECT_NE(text.find("does not offer REQUIRETLS"), std::string::npos);
  for (const std::string guess : {"7-bit", "8-bit", "plainer"}) EXPECT_EQ(text.find(guess), std::string::npos) << text;
}

TEST(LocalFailure, DescriptionHoldsAScreenfulOfEachTextAndNothingThatATerminalObeys) {
  auto failure = local_failure(Category::protocol_error, Phase::ehlo, std::string(60'000, 'm') + "\u202E");
  failure.code = 550;
  failure.server_text = "a\u009B[2Jb\u202Ec" + std::string(60'000, 's');
  const auto text = failure.describe();
  EXPECT_LT(text.size(), 3000U);
  EXPECT_TRUE(text.starts_with("ehlo: 550 a?[2Jb?csss")) << text;
}

}  // namespace
}  // namespace gatepost::codes
