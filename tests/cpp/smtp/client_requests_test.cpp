#include "client_script.hpp"

namespace gatepost::smtp {
namespace {

using codes::Category;
using codes::Phase;
using std::chrono::seconds;

class ClientRequests : public ClientTest {
 protected:
  static ClientLetter asking(const LetterRequests& requests, std::vector<std::string> recipients = {"a@b.ru"}) {
    auto made = letter(1, std::move(recipients));
    made.requests = std::make_shared<const LetterRequests>(requests);
    return made;
  }
  void expect_refused(const LetterRequests& requests, const std::vector<std::string>& extensions, Category category) {
    auto script = ready(extensions);
    script.session.submit(asking(requests));
    script.expect("");
    const auto outcome = script.only_outcome();
    ASSERT_TRUE(outcome.recipients[0].failure);
    EXPECT_EQ(outcome.recipients[0].failure->category, category) << outcome.recipients[0].failure->message;
    EXPECT_FALSE(outcome.recipients[0].failure->message.empty());
    EXPECT_EQ(script.session.need(), Need::letter) << "the session goes on";
  }
  void expect_mail(const LetterRequests& requests, const std::string& extension, const std::string& parameters) {
    auto script = ready({"PIPELINING", extension});
    script.session.submit(asking(requests));
    script.expect("MAIL FROM:<from@a.ru>" + parameters + "\r\nRCPT TO:<a@b.ru>\r\n");
  }
  static LetterRequests all_of_dsn() {
    LetterRequests requests;
    requests.dsn_return = LetterRequests::Return::headers;
    requests.envelope_id = "QQ+314=1 x";
    requests.notify = DsnNotify{false, true, true, true};
    requests.original_recipients = {"rfc822;Old+Name=1@b.ru", ""};
    return requests;
  }
};
INSTANTIATE_TEST_SUITE_P(, ClientRequests, testing::Bool(), portions);

TEST_P(ClientRequests, DsnGoesOnMailAndOnEveryRcpt) {
  auto script = ready({"PIPELINING", "DSN"});
  script.session.submit(asking(all_of_dsn(), {"a@b.ru", "c@d.ru"}));
  script.expect(
      "MAIL FROM:<from@a.ru> RET=HDRS ENVID=QQ+2B314+3D1+20x\r\n"
      "RCPT TO:<a@b.ru> NOTIFY=SUCCESS,FAILURE,DELAY ORCPT=rfc822;Old+2BName+3D1@b.ru\r\n"
      "RCPT TO:<c@d.ru> NOTIFY=SUCCESS,FAILURE,DELAY\r\n");
}

TEST_P(ClientRequests, OriginalRecipientStaysWithItsOwnWhereAnotherIsRefusedLocally) {
  LetterRequests requests;
  requests.original_recipients = {"rfc822;one@b.ru", "utf-8;иван @b.ru\\"};
  auto script = ready({"PIPELINING", "DSN"});
  script.session.submit(asking(requests, {"not an address", "c@d.ru"}));
  script.expect(
      "MAIL FROM:<from@a.ru>\r\n"
      "RCPT TO:<c@d.ru> ORCPT=utf-8;\\x{438}\\x{432}\\x{430}\\x{43D}\\x{20}@b.ru\\x{5C}\r\n");
}

TEST_P(ClientRequests, NotifyNeverAndFullReturn) {
  LetterRequests requests;
  requests.dsn_return = LetterRequests::Return::full;
  requests.notify = DsnNotify{true, false, false, false};
  auto script = ready({"PIPELINING", "DSN"});
  script.session.submit(asking(requests));
  script.expect("MAIL FROM:<from@a.ru> RET=FULL\r\nRCPT TO:<a@b.ru> NOTIFY=NEVER\r\n");
}

TEST_P(ClientRequests, WhatTheLetterCanDoWithoutIsLeftOutAndNoted) {
  auto requests = all_of_dsn();
  requests.priority = 3;
  requests.deliver_by = DeliverBy{60, DeliverBy::Mode::notify, false};
  auto script = ready({"PIPELINING"});
  script.session.submit(asking(requests, {"a@b.ru", "c@d.ru"}));
  script.expect("MAIL FROM:<from@a.ru>\r\nRCPT TO:<a@b.ru>\r\nRCPT TO:<c@d.ru>\r\n");
  script.session.fail(codes::local_failure(Category::connection_lost, Phase::local, "gone"));
  EXPECT_NE(script.only_outcome().transcript.find(
                "-- left out, since the server does not offer it: DSN, MT-PRIORITY, DELIVERBY\n"),
            std::string::npos);
}

TEST_P(ClientRequests, PriorityAndDeliverByGoOnMail) {
  LetterRequests urgent;
  urgent.priority = -9;
  expect_mail(urgent, "MT-PRIORITY MIXER", " MT-PRIORITY=-9");
  LetterRequests by;
  by.deliver_by = DeliverBy{120, DeliverBy::Mode::return_, true};
  expect_mail(by, "DELIVERBY 120", " BY=120;RT");
  by.deliver_by = DeliverBy{-5, DeliverBy::Mode::notify, false};
  expect_mail(by, "DELIVERBY", " BY=-5;N");
}

TEST_P(ClientRequests, DeliverByReturnNeedsTheExtensionAndItsLeastTime) {
  LetterRequests by;
  by.deliver_by = DeliverBy{119, DeliverBy::Mode::return_, false};
  expect_refused(by, {"DELIVERBY 120"}, Category::feature_unsupported);
  expect_refused(by, {}, Category::feature_unsupported);
}

TEST_P(ClientRequests, HeldLettersSayHowLong) {
  LetterRequests hold;
  hold.hold_for = seconds(3600);
  expect_mail(hold, "FUTURERELEASE 3600 2026-12-31T00:00:00Z", " HOLDFOR=3600");
  LetterRequests until;
  until.hold_until = std::chrono::sys_days{std::chrono::year{2026} / 12 / 30} + seconds(62);
  expect_mail(until, "FUTURERELEASE 3600 2026-12-31T00:00:00Z", " HOLDUNTIL=2026-12-30T00:01:02Z");
}

TEST_P(ClientRequests, LettersHeldLongerThanAnnouncedAreRefusedHere) {
  const std::string offer = "FUTURERELEASE 3600 2026-12-31T00:00:00Z";
  LetterRequests hold;
  hold.hold_for = seconds(3601);
  expect_refused(hold, {offer}, Category::feature_unsupported);
  expect_refused(hold, {}, Category::feature_unsupported);
  LetterRequests until;
  until.hold_until = std::chrono::sys_days{std::chrono::year{2026} / 12 / 31} + seconds(1);
  expect_refused(until, {offer}, Category::feature_unsupported);
  expect_refused(until, {}, Category::feature_unsupported);
}

TEST_P(ClientRequests, RequireTlsNeedsTheExtensionBehindAVerifiedCertificate) {
  LetterRequests requests;
  requests.require_tls = true;
  expect_refused(requests, {"REQUIRETLS"}, Category::feature_unsupported);

  for (const bool verified : {false, true}) {
    for (const bool offered : {false, true}) {
      auto options = plain_options();
      options.security = Security::implicit_tls;
      auto script = start(options);
      TlsFacts tls{"TLSv1.3", "AES"};
      tls.verified = verified;
      script.session.tls_established(tls);
      script.greet({"PIPELINING", offered ? "REQUIRETLS" : "X-NOTHING"});
      script.session.submit(asking(requests));
      if (verified && offered) {
        script.expect("MAIL FROM:<from@a.ru> REQUIRETLS\r\nRCPT TO:<a@b.ru>\r\n");
      } else {
        script.expect("");
        EXPECT_EQ(script.only_outcome().recipients[0].failure->category, Category::feature_unsupported);
      }
    }
  }
}

TEST_P(ClientRequests, RequireTlsOfferedBeforeStartTlsDoesNotCount) {
  LetterRequests requests;
  requests.require_tls = true;
  auto options = plain_options();
  options.security = Security::starttls;
  auto script = start(options);
  script.greet({"STARTTLS", "REQUIRETLS", "PIPELINING"});
  script.written();
  script.say("220 go\r\n");
  TlsFacts tls{"TLSv1.3", "AES"};
  tls.verified = true;
  script.session.tls_established(tls);
  script.written();
  script.say(ClientScript::ehlo_reply({"PIPELINING"}));
  script.session.submit(asking(requests));
  script.expect("");
  EXPECT_EQ(script.only_outcome().recipients[0].failure->category, Category::feature_unsupported);
}

TEST_P(ClientRequests, ValuesThatCouldInjectOrAreOutOfRangeNeverTouchTheWire) {
  const auto refused = [this](const auto& set) {
    LetterRequests requests;
    set(requests);
    // Also where the server lacks the extension and the request would be left out.
    for (const std::string offer : {"DSN", "X-NOTHING"}) {
      expect_refused(requests, {"PIPELINING", "MT-PRIORITY", "DELIVERBY", "FUTURERELEASE 9 x", offer},
                     Category::message_malformed);
    }
  };
  for (const auto& id : {std::string("a\r\nRSET"), std::string("a\0b", 3), std::string("a\nb"), std::string("ы"),
                         std::string(101, 'x'), std::string("\x7f")}) {
    refused([&](auto& r) { r.envelope_id = id; });
  }
  for (const auto& original :
       {std::string("a@b.ru"), std::string(";a@b.ru"), std::string("rfc822;"), std::string("rfc822;a\r\nRSET"),
        std::string("rf c822;a@b.ru"), std::string("rfc822;a\0b", 10), std::string("rfc822;иван@b.ru"),
        std::string("utf-8;\xff"), "rfc822;" + std::string(500, 'x')}) {
    refused([&](auto& r) { r.original_recipients = {original}; });
  }
  refused([](auto& r) { r.original_recipients = {"rfc822;a@b.ru", "rfc822;c@d.ru"}; });
  refused([](auto& r) { r.notify = DsnNotify{}; });
  refused([](auto& r) { r.notify = DsnNotify{true, true, false, false}; });
  refused([](auto& r) { r.priority = 10; });
  refused([](auto& r) { r.priority = -10; });
  refused([](auto& r) { r.deliver_by = DeliverBy{0, DeliverBy::Mode::return_, false}; });
  refused([](auto& r) { r.deliver_by = DeliverBy{1'000'000'000, DeliverBy::Mode::notify, false}; });
  refused([](auto& r) { r.hold_for = seconds(0); });
  refused([](auto& r) { r.hold_for = seconds(1'000'000'000); });
  refused([](auto& r) { r.hold_until = TimePoint(seconds(-1)); });
  refused([](auto& r) {
    r.hold_for = seconds(1);
    r.hold_until = TimePoint(seconds(1));
  });
}

}  // namespace
}  // namespace gatepost::smtp
