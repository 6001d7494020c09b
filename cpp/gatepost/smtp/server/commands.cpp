// Which operation a command begins.
#include "gatepost/smtp/server/session_impl.hpp"

namespace gatepost::smtp {

namespace {

/// RFC 3207 §4: where TLS is required, all else waits for it.
bool may_precede_tls(Verb verb) {
  switch (verb) {
    case Verb::ehlo:
    case Verb::lhlo:
    case Verb::starttls:
    case Verb::noop:
    case Verb::quit:
    case Verb::xclient:  // of a proxy, which speaks for the client
    case Verb::known:
    case Verb::http:
    case Verb::unknown:
      return true;
    default:
      return false;
  }
}

bool furthers_no_letter(Verb verb) {
  switch (verb) {
    case Verb::rcpt:
    case Verb::data:
    case Verb::bdat:
    case Verb::auth:
    case Verb::quit:
      return false;
    default:
      return true;
  }
}

}  // namespace

void ServerSession::Impl::on_command(const CommandLine& command, bool more_behind) {
  const auto& options = context.options;
  const auto [verb, arguments] = command;
  if (furthers_no_letter(verb) && ++context.counters.idle_commands > options.limits.idle_commands) {
    return context.close_with_421("4.7.0", "Too many commands without a letter", "too many commands without a letter");
  }
  if (options.require_tls && !context.peer.tls && !may_precede_tls(verb)) {
    return context.error("530 5.7.0 Must issue a STARTTLS command first");
  }
  switch (verb) {
    case Verb::ehlo:
    case Verb::helo:
    case Verb::lhlo:
      return hello.on_hello(arguments, verb);
    case Verb::starttls:
      return take_turn(InputOwner::tls, start_tls.begin(arguments, more_behind));
    case Verb::auth:
      return take_turn(InputOwner::login, login.begin(arguments));
    case Verb::mail:
      return envelope.on_mail(arguments);
    case Verb::rcpt:
      return envelope.on_rcpt(arguments);
    case Verb::data:
      return take_turn(InputOwner::data, data.begin(arguments));
    case Verb::bdat:
      return take_turn(InputOwner::chunk, chunk.begin(arguments));
    case Verb::vrfy:
    case Verb::expn:
      return information.on_verify(arguments, verb);
    case Verb::help:
      return information.on_help();
    case Verb::etrn:
      return information.on_etrn(arguments);
    case Verb::xclient:
      if (xclient.on_xclient(arguments)) greet();
      return;
    default:
      return on_other_command(command);
  }
}

/// Those of which no operation comes.
void ServerSession::Impl::on_other_command(const CommandLine& command) {
  const auto [verb, arguments] = command;
  switch (verb) {
    case Verb::rset:
      if (!arguments.empty()) return context.error("501 5.5.4 Syntax: RSET");
      transaction.reset();
      return context.reply("250 2.0.0 Ok");
    case Verb::noop:
      return context.reply("250 2.0.0 Ok");
    case Verb::quit:
      if (!arguments.empty()) return context.error("501 5.5.4 Syntax: QUIT");
      context.reply("221 2.0.0 Bye");
      return context.close("quit");
    case Verb::known:
      context.warn("unknown commands");
      return context.error("502 5.5.1 Command not implemented");
    case Verb::http:
      // Whatever follows was written for a web server; some of it could be made to look like SMTP.
      context.warn("an HTTP request");
      return context.close("HTTP request");
    default:
      context.warn("unknown commands");
      return context.error("500 5.5.2 Command not recognized");
  }
}

}  // namespace gatepost::smtp
