#include "gatepost/smtp/client/session.hpp"

#include <utility>

#include "gatepost/smtp/client/session_impl.hpp"

namespace gatepost::smtp {

using codes::Phase;

ClientSession::Impl::Impl(ClientOptions options) : context(std::move(options)) { hello.await_greeting(); }

ClientSession::Need ClientSession::Impl::need() const {
  if (stage == Stage::closed) return Need::closed;
  if (starttls.handshaking()) return Need::start_tls;
  return context.wire.quiet() && !context.wire.writing() ? Need::letter : Need::read;
}

Phase ClientSession::Impl::phase() const {
  if (stage == Stage::closed) return last_phase;
  return starttls.handshaking() ? Phase::tls : context.wire.phase();
}

std::string_view ClientSession::Impl::output() {
  auto& wire = context.wire;
  if (wire.output().empty()) {
    const bool waited = wire.awaited();
    const bool last_byte = wire.pull_body();
    if (last_byte) begin_next();  // what may ride behind the final dot
    if (wire.hand_out() && (last_byte || !waited)) wire.begin_wait(context.options.now());
  }
  return wire.output();
}

void ClientSession::Impl::receive(std::string_view bytes) {
  if (stage == Stage::closed || bytes.empty()) return;
  began = true;
  const auto now = context.options.now();
  while (stage != Stage::closed && !bytes.empty()) {
    if (starttls.handshaking()) return end({StartTls::injected()});
    switch (context.reply.reader().read(bytes)) {
      case ReplyReader::Status::more:
        return;
      case ReplyReader::Status::broken:
        context.reply.take(phase());
        // What came in the place of a reply counts as one: the letter is not offered anew as if nothing had been said.
        if (context.wire.awaited()) context.wire.front().from->note_answer();
        return end({context.reply.protocol_error(context.reply.reader().error())});
      case ReplyReader::Status::reply:
        ++replies;
        on_reply(now);
    }
  }
}

void ClientSession::Impl::on_reply(Wire::Instant now) {
  auto& wire = context.wire;
  // The reply to a command that is still in our hands answers nothing.
  const bool asked = wire.awaited();
  context.reply.take(phase());
  context.log_reply(asked ? wire.front().from->transcript() : nullptr);
  if (asked) {
    wire.note_wait(now);
    wire.front().from->note_answer();
  }
  if (context.reply.code() == 421) return on_shutdown();
  if (!asked) return end({context.reply.unexpected("a reply that no command asked for")});
  const auto to = wire.pop();
  proceed(to.from, to.from->on_reply(to));
}

// The public face.

ClientSession::ClientSession(ClientOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {}
ClientSession::~ClientSession() = default;
ClientSession::ClientSession(ClientSession&&) noexcept = default;
ClientSession& ClientSession::operator=(ClientSession&&) noexcept = default;

ClientSession::Need ClientSession::need() const { return impl_->need(); }
std::string_view ClientSession::output() { return impl_->output(); }
void ClientSession::consume_output(std::size_t bytes) { impl_->context.wire.consume(bytes); }
void ClientSession::receive(std::string_view bytes) { impl_->receive(bytes); }
void ClientSession::tls_established(TlsFacts facts) { impl_->tls_established(std::move(facts)); }

void ClientSession::connected(std::string target, std::string server, std::chrono::microseconds dns,
                              std::chrono::microseconds connect, std::string own_address) {
  auto& context = impl_->context;
  if (!own_address.empty()) context.own_address = std::move(own_address);
  context.facts.target = std::move(target);
  context.facts.server = std::move(server);
  context.facts.timings.dns = dns;
  context.facts.timings.connect = connect;
  context.wire.begin_wait(context.options.now());
}

bool ClientSession::wants_letter() const { return impl_->wants_letter(); }
void ClientSession::submit(ClientLetter letter) { impl_->submit(std::move(letter)); }
void ClientSession::ask(const Question& question) { impl_->ask(question); }

void ClientSession::quit() {
  impl_->quit.want();
  impl_->begin_next();
}

void ClientSession::fail(codes::Failure failure) { impl_->fail(std::move(failure)); }

Phase ClientSession::phase() const { return impl_->phase(); }
std::uint64_t ClientSession::replies() const { return impl_->replies; }
bool ClientSession::authenticated() const { return !impl_->context.facts.auth_mechanism.empty(); }
bool ClientSession::ready() const { return impl_->shared_facts != nullptr; }
std::vector<LetterOutcome> ClientSession::take_outcomes() { return std::exchange(impl_->outcomes, {}); }
std::vector<codes::Reply> ClientSession::take_answers() { return impl_->questions.take_answers(); }
const std::optional<codes::Failure>& ClientSession::failure() const { return impl_->failure; }
const SessionFacts& ClientSession::facts() const { return impl_->context.facts; }
std::string ClientSession::transcript() const { return impl_->context.log.text(); }

}  // namespace gatepost::smtp
