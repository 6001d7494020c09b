#include "gatepost/codes/category.hpp"

#include <gtest/gtest.h>

#include "gatepost/codes/category_rows.hpp"
#include "gatepost/codes/failure.hpp"
#include "gatepost/codes/phase.hpp"
#include "gatepost/codes/provider.hpp"
#include "gatepost/codes/words.hpp"

namespace gatepost::codes {
namespace {

TEST(Category, EveryRowStandsAtItsOwnPlaceAndIsFoundByItsId) {
  ASSERT_EQ(std::size(category_rows), category_count);
  for (std::size_t i = 0; i < category_count; ++i) {
    EXPECT_EQ(static_cast<std::size_t>(category_rows[i].category), i);
    EXPECT_EQ(parse_category(category_rows[i].id), category_rows[i].category);
    EXPECT_FALSE(category_rows[i].cause.empty());
    EXPECT_FALSE(category_rows[i].remedy.empty());
  }
  EXPECT_FALSE(parse_category("nonsense"));
}

TEST(Category, WhatWasFoundOnThisSideIsSaidWithoutAServer) {
  for (const Category category : {Category::message_malformed, Category::message_too_large, Category::connection_lost,
                                  Category::system_full, Category::recipient_syntax}) {
    const auto [cause, remedy] = words_for(category, Phase::local);
    for (const auto words : {cause, remedy}) {
      EXPECT_FALSE(words.empty());
      for (const std::string_view blamed : {"the server", "The server"}) {
        EXPECT_EQ(words.find(blamed), std::string_view::npos) << words;
      }
    }
  }
  EXPECT_EQ(words_for(Category::message_too_large, Phase::mail).cause, info(Category::message_too_large).cause);
  const auto said = local_failure(Category::message_malformed, Phase::local, "byte 3 is a NUL").describe();
  EXPECT_NE(said.find("no server was asked"), std::string::npos) << said;
  EXPECT_EQ(said.find(info(Category::message_malformed).remedy), std::string::npos) << said;
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
