#include <gtest/gtest.h>

#include <string>

#include "gatepost/codes/failure.hpp"
#include "gatepost/codes/rule_samples.hpp"

namespace gatepost::codes {
namespace {

Failure explain(std::string_view text, std::string_view provider = {}) {
  const Reply reply = parse_reply(text);
  return classify(reply, guess_phase(reply), provider);
}

Failure explain_at(Phase phase, std::string_view text, std::string_view provider = {}) {
  return classify(parse_reply(text), phase, provider);
}

TEST(Rules, EverySampleIsDecidedByItsOwnRule) {
  for (const RuleSample& sample : rule_samples) {
    const Reply reply = parse_reply(sample.reply);
    const Phase phase = sample.phase.empty() ? guess_phase(reply) : parse_phase(sample.phase).value();
    const Failure failure = classify(reply, phase, sample.provider);
    EXPECT_EQ(failure.rule_id, sample.rule_id) << sample.reply << "\n  evidence: " << failure.evidence;
    EXPECT_EQ(to_string(failure.category), sample.category) << sample.reply;
    EXPECT_FALSE(failure.evidence.empty() && failure.code != 0) << sample.reply;
  }
}

TEST(Classifier, NoTemporaryFailureSuppressesAnybody) {
  for (const RuleSample& sample : rule_samples) {
    const Failure failure = explain(sample.reply, sample.provider);
    if (failure.permanence == Permanence::temporary) {
      EXPECT_EQ(failure.suppress, SuppressScope::none) << sample.reply;
    }
  }
}

TEST(Classifier, PositiveRepliesAreNoFailuresWhateverTheySay) {
  const Failure failure = explain("250 2.0.0 Ok: queued as spam-user-unknown, mailbox full");
  EXPECT_EQ(failure.category, Category::delivered);
  EXPECT_EQ(failure.permanence, Permanence::none);
}

TEST(Classifier, UnknownUserAtMailFromSpeaksOfTheSender) {
  const Failure failure = explain_at(Phase::mail, "550 5.1.1 User unknown");
  EXPECT_EQ(failure.category, Category::sender_invalid);
  EXPECT_EQ(failure.suppress, SuppressScope::none);
}

TEST(Classifier, UnknownUserWhenLoggingInSuppressesNobody) {
  const Failure failure = explain_at(Phase::auth, "535 5.7.8 User unknown");
  EXPECT_EQ(failure.category, Category::auth_failed);
  EXPECT_EQ(failure.suppress, SuppressScope::none);
  EXPECT_EQ(failure.pause, PauseScope::account);
}

TEST(Classifier, DomainNotFoundMeansTheSenderExceptAtRcpt) {
  EXPECT_EQ(explain_at(Phase::mail, "553 Domain not found").category, Category::sender_not_authorized);
  EXPECT_EQ(explain_at(Phase::final_, "553 Domain not found").category, Category::sender_not_authorized);
  EXPECT_EQ(explain_at(Phase::rcpt, "553 Domain not found").category, Category::domain_unknown);
  EXPECT_EQ(explain("553 Domain not found").category, Category::sender_not_authorized);
}

TEST(Classifier, FourHundredsThatNeedAPersonArePermanent) {
  for (const char* text : {"450 Balance not enough", "421 Domain not verify",
                           "421 4.7.1 [TS03] All messages from 192.0.2.1 will be permanently deferred",
                           "450 4.7.1 <a@b.com>: Recipient address rejected: Policy Rejection- Abuse. Go away.",
                           "421 4.7.27 Your email has been rate limited because SPF authentication didn't pass"}) {
    const Failure failure = explain(text);
    EXPECT_TRUE(failure.permanent()) << text;
    EXPECT_NE(failure.retry, RetryVerdict::later) << text;
    EXPECT_EQ(failure.suppress, SuppressScope::none) << text;
  }
}

TEST(Classifier, FourHundredsThatOnlySayNoAreTemporary) {
  for (const char* text :
       {"421 go away", "421 4.7.0 blocked", "451 blocked", "450 4.7.1 go away", "450 5.7.1 Access denied",
        "452 <a@zoho.com> Mailbox delivery restricted by policy error", "450 4.7.1 Relay access denied",
        "421 4.7.0 Too many errors", "452 4.3.4 Message too large", "451 4.7.1 Virus found", "446 Sorry"}) {
    const Failure failure = explain(text);
    EXPECT_EQ(failure.permanence, Permanence::temporary) << text;
    EXPECT_EQ(failure.retry, RetryVerdict::later) << text;
    EXPECT_GT(failure.retry_after_seconds, 0) << text;
    EXPECT_EQ(failure.suppress, SuppressScope::none) << text;
  }
}

TEST(Classifier, FourHundredIsPermanentOnlyWhereSomebodyHasToMendSomethingOrARuleKnowsItIsFinal) {
  for (const RuleSample& sample : rule_samples) {
    const Failure failure = explain(sample.reply, sample.provider);
    if (failure.code / 100 != 4 || !failure.permanent() || failure.retry == RetryVerdict::after_change) continue;
    EXPECT_TRUE(failure.rule_id == "barracuda.abuse" || failure.rule_id == "gmail.whitelist" ||
                failure.category == Category::expired)
        << sample.reply << "\n  rule " << failure.rule_id;
  }
}

TEST(Classifier, FiveHundredsThatPassAreTemporary) {
  for (const char* text :
       {"550 5.4.5 Daily user sending limit exceeded.", "550 5.7.1 This email has been rate limited.",
        "554 5.2.122 The recipient has exceeded their limit for the number of messages they can receive",
        "550 5.5.0 Service refuse. Veuillez essayer plus tard.", "550 Ip frequency limited"}) {
    const Failure failure = explain(text);
    EXPECT_FALSE(failure.permanent()) << text;
    EXPECT_EQ(failure.retry, RetryVerdict::later) << text;
    EXPECT_GT(failure.retry_after_seconds, 0) << text;
  }
}

TEST(Classifier, FiveOneOneAboutQuotaRateOrSenderIsNotTheRecipient) {
  EXPECT_EQ(explain("550 5.1.1 <a@b> has sent to too many recipients this hour. IB607").category,
            Category::rate_limited);
  EXPECT_EQ(explain("552 5.1.1 Boite du destinataire pleine").category, Category::mailbox_full);
  EXPECT_EQ(explain("550 5.1.0 <a@b> sender rejected AUP#In-1310").category, Category::reputation);
  EXPECT_EQ(explain("550 5.1.1 Domain of sender address does not exist").category, Category::sender_invalid);
  EXPECT_EQ(explain("550 5.1.1 Unknown user; too many invalid recipients from your IP").suppress, SuppressScope::none);
}

TEST(Classifier, RefusalsThatOnlyNameTheRecipientSuppressNobody) {
  for (const char* text :
       {"550 5.7.1 <a@b>: Recipient address rejected: Message blocked by SPF", "550 Mailbox unavailable due to policy",
        "550 <a@b>: Recipient address rejected: User temporarily unavailable", "550 no such user here, try again later",
        "450 4.1.1 <a@b>: Recipient address rejected: User unknown in virtual mailbox table", "550", "553 Sorry",
        "550 5.1.1 message blocked due to spam", "550 5.7.1 Your account is disabled", "554 5.7.1 rejected",
        "421 4.1.1 <a@b>: Recipient address rejected: unverified address: Address verification in progress"}) {
    EXPECT_EQ(explain_at(Phase::rcpt, text).suppress, SuppressScope::none) << text;
  }
}

TEST(Classifier, MeaningOfGmailsCodesComesBeforeTheRegistry) {
  EXPECT_EQ(explain("550 5.7.27 Rejected", "gmail").category, Category::sender_auth_failed);
  EXPECT_EQ(explain("550 5.7.27 Rejected").category, Category::sender_invalid);
  EXPECT_EQ(explain("421 4.7.29 Rejected", "google").category, Category::tls_error);
}

TEST(Classifier, ClassOfTheBasicCodeDecidesWhereTheEnhancedOneDisagrees) {
  const Failure failure = explain("421 5.2.2 Sorry");
  EXPECT_EQ(failure.category, Category::mailbox_full);
  EXPECT_FALSE(failure.permanent());
}

TEST(Classifier, FolkCodesAreNotUsedBesideAnEnhancedCodeNorWhenLoggingIn) {
  EXPECT_EQ(explain_at(Phase::rcpt, "511 Sorry").category, Category::recipient_unknown);
  EXPECT_EQ(explain_at(Phase::rcpt, "511 5.0.0 Sorry").category, Category::unknown_permanent);
  EXPECT_EQ(explain_at(Phase::auth, "534 Sorry").category, Category::auth_policy);
  EXPECT_EQ(explain_at(Phase::final_, "534 Sorry").category, Category::message_too_large);
  EXPECT_EQ(explain_at(Phase::auth, "523 Sorry").category, Category::tls_error);
}

TEST(Classifier, SixHundredsAreFinalExceptModeration) {
  EXPECT_TRUE(explain("635 6.7.8 something new").permanent());
  EXPECT_EQ(explain("635 6.7.8 something new").category, Category::unknown_permanent);
  EXPECT_FALSE(explain("635 6.7.8 error/sender/onmoderation").permanent());
}

TEST(Classifier, TimeThatTheServerNamesIsTheTimeToWait) {
  EXPECT_EQ(explain("451 4.3.2 Rate limit exceeded, retry after 10 seconds").retry_after_seconds, 10);
  EXPECT_EQ(explain("451 4.7.1 <a@b>: Recipient address rejected: Greylisted for 5 minutes").retry_after_seconds, 300);
  EXPECT_TRUE(explain("451 4.7.1 <a@b>: Recipient address rejected: Greylisted for 5 minutes").retry_after_named);
  EXPECT_FALSE(explain("451 4.7.1 Greylisted, please try again later").retry_after_named);
  EXPECT_EQ(explain("421 4.7.0 Слишком много писем, повторите через 10 минут").retry_after_seconds, 600);
  EXPECT_EQ(explain("550 5.1.1 User unknown, retry after 10 seconds").retry_after_seconds, 0);
}

TEST(Classifier, RuleEvidenceAndProviderAreRecorded) {
  const Failure failure = explain("550-5.2.1 The email account that you tried to reach is disabled. - gsmtp");
  EXPECT_EQ(failure.rule_id, "text.disabled");
  EXPECT_EQ(failure.evidence, "account that you tried to reach is disabled");
  EXPECT_EQ(failure.provider, "gmail");
  EXPECT_EQ(failure.code, 550);
  EXPECT_EQ(failure.scope, Scope::recipient);
}

TEST(Classifier, RelayHostNamedLikeAProviderDoesNotMakeItTheProvider) {
  EXPECT_EQ(explain("550 5.7.27 rejected by gmail.relay.example.com").category, Category::sender_invalid);
}

TEST(Classifier, TextWithoutCodeFollowsTheCategory) {
  EXPECT_TRUE(explain("Host or domain name not found. Name service error for name=example.jp type=A: Host not found")
                  .permanent());
  EXPECT_FALSE(explain("something nobody ever said").permanent());
}

TEST(Classifier, MegabyteOfTextIsClassifiedAndKept) {
  const std::string text = "550 5.1.1 user unknown " + std::string(1'000'000, 'x');
  EXPECT_EQ(explain(text).category, Category::recipient_unknown);
}

TEST(GuessPhase, NotesOfMailServersDecide) {
  EXPECT_EQ(guess_phase(parse_reply("550 5.1.1 User unknown (in reply to RCPT TO command)")), Phase::rcpt);
  EXPECT_EQ(guess_phase(parse_reply("550 5.7.1 x (in reply to end of DATA command)")), Phase::final_);
  EXPECT_EQ(guess_phase(parse_reply("550 x (in reply to MAIL FROM command)")), Phase::mail);
  EXPECT_EQ(guess_phase(parse_reply("535 5.7.8 x")), Phase::auth);
}

TEST(Describe, SaysPhaseServersWordsCategoryAndWhatToDo) {
  const std::string text = explain_at(Phase::rcpt, "550 5.1.1 No such user").describe();
  EXPECT_EQ(text,
            "rcpt: 550 5.1.1 No such user (recipient_unknown: There is no such mailbox at the recipient's server. "
            "Remove the address from the list, or correct its spelling.)");
}

TEST(QuotedReplies, TheInnermostServersWordsDecide) {
  const std::pair<std::string_view, Category> cases[] = {
      {"host mx.example.com [192.0.2.1]: 550 5.1.1 <a@b.com> user unknown: retry timeout exceeded",
       Category::recipient_unknown},
      {"192.0.2.1 does not like recipient. Remote host said: 550 5.1.1 No such user here Giving up on 192.0.2.1.",
       Category::recipient_unknown},
      {"550 5.0.350 Remote server returned an error -> 550 5.2.1 mailbox disabled", Category::recipient_disabled},
      {"550 5.1.1 Remote server returned '452 4.2.2 Mailbox full'", Category::mailbox_full},
      {"450 4.1.1 <a@b>: Recipient address rejected: unverified address: host mx[192.0.2.1] said: 550 5.7.1 Greylisted",
       Category::greylisted},
  };
  for (const auto& [text, category] : cases) EXPECT_EQ(explain(text).category, category) << text;
}

TEST(QuotedReplies, TheOuterCodeSaysWhetherItIsFinal) {
  EXPECT_EQ(explain("451 4.4.0 Remote server returned: 550 5.1.1 User unknown").permanence, Permanence::temporary);
  EXPECT_EQ(explain("550 5.1.1 Remote server returned '452 4.2.2 Mailbox full'").permanence, Permanence::permanent);
}

TEST(QuotedReplies, WhatASendersServerAnsweredToACalloutIsNotAboutTheRecipient) {
  const Failure failure = explain(
      "550-Postmaster verification failed while checking <a@example.org> 550-Response: 550 <postmaster@example.org>: "
      "User unknown");
  EXPECT_EQ(failure.category, Category::sender_invalid);
  EXPECT_EQ(failure.suppress, SuppressScope::none);
}

TEST(QuotedReplies, NumbersInASentenceAreNoReplies) {
  EXPECT_EQ(explain("550 5.7.1 Daily limit: 500 messages").code, 550);
  EXPECT_EQ(explain("550 5.7.1 Daily limit: 500 messages").category, Category::sender_quota);
}

TEST(NamesInReplies, WordsInHostNamesAndUrlsDecideNothing) {
  for (const std::string_view text : {"550 5.1.1 No such user - see http://spf.example.com/dmarc-policy",
                                      "550 5.1.1 mx.spamfilter.example.com: user unknown",
                                      "550 5.1.1 User unknown, see https://example.org/email-policy/spam"}) {
    EXPECT_EQ(explain(text).category, Category::recipient_unknown) << text;
  }
  EXPECT_EQ(explain("550 rejected by virus.example.com").category, Category::unknown_permanent);
}

TEST(NamesInReplies, ABlockListIsKnownByItsHost) {
  EXPECT_EQ(explain("553 http://www.spamhaus.org/query/bl?ip=192.0.2.222").category, Category::ip_blocked);
}

}  // namespace
}  // namespace gatepost::codes
