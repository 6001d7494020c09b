#pragma once
#include <string>

#include "gatepost/smtp/server/session_context.hpp"
#include "gatepost/smtp/server/transaction.hpp"
#include "server_script.hpp"

namespace gatepost::smtp::server {

/// One operation of a server's session alone: nothing but the context that it answers in and the transaction.
class OperationTest : public testing::Test {
 protected:
  OperationTest() { options.host_name = "sink.example"; }

  /// What was answered since it was last asked for.
  std::string said() {
    context.replies.publish();
    std::string all(context.replies.output());
    context.replies.consume(all.size());
    return all;
  }
  /// As behind EHLO.
  void be_greeted() { context.peer.esmtp = context.said_hello = true; }
  /// As behind MAIL and RCPT.
  void begin_transaction() {
    be_greeted();
    transaction.begun = true;
    transaction.recipients = 1;
    transaction.kept = {true};
    transaction.envelope.mail_from = "a@b.ru";
    transaction.envelope.rcpt_to = {"c@d.ru"};
    transaction.envelope.rcpt_params = {{}};
  }

  ServerOptions options;
  ScriptedHandler handler;
  SessionContext context{options, handler, ServerPeer{}};
  Transaction transaction;
};

inline Verdict delayed() { return {Verdict::Action::accept, {}, std::chrono::milliseconds(5)}; }

}  // namespace gatepost::smtp::server
