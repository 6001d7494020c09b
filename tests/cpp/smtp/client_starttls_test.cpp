#include "gatepost/smtp/client/start_tls.hpp"

#include "client_operation.hpp"

namespace gatepost::smtp {
namespace {

using codes::Category;
using codes::Phase;

ClientOptions secured(Security security) {
  auto options = plain_options();
  options.security = security;
  return options;
}

TEST(StartTls, IsDueByWhatIsAskedAndOffered) {
  for (const auto& [security, offered, due] :
       {std::tuple{Security::none, true, false}, std::tuple{Security::implicit_tls, true, false},
        std::tuple{Security::starttls, false, true}, std::tuple{Security::starttls, true, true},
        std::tuple{Security::starttls_if_offered, false, false},
        std::tuple{Security::starttls_if_offered, true, true}}) {
    OperationScript script(secured(security));
    script.context.extensions.starttls = offered;
    EXPECT_EQ(StartTls(script.context).due(), due) << static_cast<int>(security) << offered;
  }
}

TEST(StartTls, WhatIsAskedForAndNotOfferedEndsTheSessionWithQuit) {
  OperationScript script(secured(Security::starttls));
  StartTls tls(script.context);
  EXPECT_EQ(expect_ending(tls.begin(), Category::tls_error, "QUIT\r\n").phase, Phase::tls);
}

TEST(StartTls, AfterTheHandshakeNothingLearntBeforeCounts) {
  OperationScript script(secured(Security::starttls));
  script.context.extensions.starttls = true;
  script.context.facts.pipelining = true;
  script.context.facts.greeting = "mx";
  StartTls tls(script.context);
  expect_step(tls.begin(), Progress::more);
  EXPECT_EQ(script.written(), "STARTTLS\r\n");
  EXPECT_FALSE(tls.handshaking());
  expect_step(script.say("220 go"), Progress::more);
  EXPECT_TRUE(tls.handshaking());
  tls.established({"TLSv1.3", "x"});
  EXPECT_FALSE(tls.handshaking());
  EXPECT_FALSE(tls.due());
  EXPECT_TRUE(script.context.encrypted());
  EXPECT_FALSE(script.context.facts.pipelining);
  EXPECT_FALSE(script.context.extensions.starttls);
  EXPECT_EQ(script.context.facts.greeting, "mx");
}

TEST(StartTls, RefusalIsFinalOnlyWhereTlsIsAskedFor) {
  for (const auto security : {Security::starttls, Security::starttls_if_offered}) {
    OperationScript script(secured(security));
    script.context.extensions.starttls = true;
    StartTls tls(script.context);
    expect_step(tls.begin(), Progress::more);
    script.written();
    const auto step = script.say("454 4.7.0 not now");
    EXPECT_EQ(step.has_error(), security == Security::starttls);
    EXPECT_EQ(tls.due(), security == Security::starttls) << "not asked again";
  }
}

TEST(StartTls, ImplicitTlsIsTheDriversTurnFromTheStart) {
  OperationScript script(secured(Security::implicit_tls));
  StartTls tls(script.context);
  EXPECT_TRUE(tls.handshaking());
  tls.established({"TLSv1.3", "x"});
  EXPECT_FALSE(tls.handshaking());
  EXPECT_EQ(script.written(), "");
}

}  // namespace
}  // namespace gatepost::smtp
