#include "gatepost/smtp/server/operations/information.hpp"
#include "server_operation.hpp"

namespace gatepost::smtp::server {
namespace {

class ServerInformationOperation : public OperationTest {
 protected:
  ServerInformationOperation() { be_greeted(); }
  Information information{context, transaction};
};

TEST_F(ServerInformationOperation, HelpListsWhatIsServed) {
  options.extensions.chunking = options.extensions.etrn = false;
  options.offer_starttls = true;
  information.on_help();
  EXPECT_EQ(said(), "214 2.0.0 EHLO HELO STARTTLS AUTH MAIL RCPT DATA RSET NOOP VRFY EXPN HELP QUIT\r\n");
}

TEST_F(ServerInformationOperation, HandlerAnswersVrfyExpnAndEtrn) {
  information.on_verify("ivan", Verb::vrfy);
  information.on_verify("all", Verb::expn);
  information.on_etrn("known.example");
  EXPECT_EQ(said(),
            "252 2.5.2 Cannot verify; send some mail, it will be tried\r\n"
            "252 2.5.2 Cannot expand; send some mail, it will be tried\r\n"
            "250 2.0.0 Queuing for node known.example started\r\n");
}

TEST_F(ServerInformationOperation, WhatIsNotOfferedOrBadlyAskedIsRefused) {
  information.on_verify("", Verb::expn);
  information.on_etrn("two words");
  options.extensions.help = options.extensions.vrfy = options.extensions.etrn = false;
  information.on_help();
  information.on_verify("ivan", Verb::vrfy);
  information.on_etrn("known.example");
  EXPECT_EQ(said(),
            "501 5.5.4 Syntax: EXPN list\r\n501 5.5.4 Syntax: ETRN node\r\n502 5.5.1 HELP is not offered\r\n"
            "502 5.5.1 VRFY is not offered\r\n502 5.5.1 ETRN is not offered\r\n");
  EXPECT_EQ(context.counters.errors, 5);
}

TEST_F(ServerInformationOperation, EtrnHasNoPlaceInATransaction) {
  transaction.begun = true;
  information.on_etrn("known.example");
  EXPECT_EQ(said(), "503 5.5.1 ETRN is not allowed inside a mail transaction\r\n");
}

}  // namespace
}  // namespace gatepost::smtp::server
