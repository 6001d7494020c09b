// A server that says anything at all: every letter gets exactly one outcome and every question one answer, nobody is
// told "accepted" without a final 2xx, and no secret of ours shows up in a transcript.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include "gatepost/smtp/client/session.hpp"

using namespace gatepost;
using Need = smtp::ClientSession::Need;

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

// Only our own lines count: a server may guess the words.
bool shows_secret(std::string_view transcript) {
  while (!transcript.empty()) {
    const auto line = transcript.substr(0, transcript.find('\n'));
    transcript.remove_prefix(std::min(line.size() + 1, transcript.size()));
    if (!line.starts_with("C: ")) continue;
    for (const std::string_view secret :
         {"correct horse", "Y29ycmVjdCBob3JzZQ==", "AGl2YW4AY29ycmVjdCBob3JzZQ==", "t0k-en"}) {
      if (line.find(secret) != std::string_view::npos) return true;
    }
  }
  return false;
}

smtp::ClientOptions options_from(unsigned bits, unsigned more) {
  smtp::ClientOptions options;
  options.security = static_cast<smtp::Security>(bits & 3);
  options.one_round_trip = (bits & 4) != 0;
  options.keep_transcript = (bits & 8) != 0;
  options.allow_cleartext_auth = true;
  if ((bits & 16) != 0) {
    options.identity.login = "ivan";
    options.identity.password = "correct horse";
  }
  options.lmtp = (bits & 32) != 0;
  options.chunking = (bits & 64) != 0;
  options.client_certificate = (bits & 128) != 0;
  if ((more & 1) != 0) options.xclient = {{"NAME", "x y"}, {"ADDR", "::1"}};
  if ((more & 2) != 0) options.identity.access_token = std::string((more & 4) != 0 ? 600 : 1, 'x') + "t0k-en";
  return options;
}

std::shared_ptr<const smtp::LetterRequests> requests_for(std::uint64_t id) {
  auto requests = std::make_shared<smtp::LetterRequests>();
  switch (id % 6) {
    case 0:
      requests->dsn_return = smtp::LetterRequests::Return::headers;
      requests->envelope_id = "a+b c";
      requests->notify = smtp::DsnNotify{false, true, true, false};
      break;
    case 1:
      requests->require_tls = true;
      break;
    case 2:
      requests->priority = -3;
      requests->deliver_by = smtp::DeliverBy{60, smtp::DeliverBy::Mode::return_, true};
      break;
    case 3:
      requests->hold_for = std::chrono::seconds(60);
      break;
    case 4:
      requests->hold_until = TimePoint(std::chrono::seconds(2'000'000'000));
      break;
    default:
      requests->binary = true;
  }
  return requests;
}

smtp::ClientLetter next_letter(std::uint64_t id) {
  static const auto small = std::make_shared<const std::string>("a: b\r\n\r\n.x\n.\n");
  static const auto clean = std::make_shared<const std::string>("a: b\r\n\r\n.x\r\n");
  static const auto big = std::make_shared<const std::string>(std::string(150'000, 'x') + "\r\n");
  smtp::ClientLetter letter;
  letter.id = id;
  letter.mail_from = "from@a.ru";
  letter.rcpt_to = {"a@b.ru"};
  if (id % 2 == 0) letter.rcpt_to.emplace_back("c@d.ru");
  if (id % 5 == 0) letter.rcpt_to.emplace_back("bad address");
  letter.all_or_nothing = id % 4 == 0;
  letter.data = id % 7 == 0 ? big : id % 3 == 0 ? small : clean;
  if (id % 4 == 3) letter.requests = requests_for(id / 4);
  return letter;
}

}  // namespace

// The first two bytes choose the options; each 0xFF in the rest is a pause in which the client may write.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const auto options = options_from(data[0], data[1]);
  smtp::ClientSession session(options);
  std::string_view script(reinterpret_cast<const char*>(data + 2), size - 2);
  std::uint64_t submitted = 0;
  std::uint64_t reported = 0;
  std::uint64_t asked = 0;
  std::uint64_t answered = 0;

  const auto collect = [&] {
    for (const auto& outcome : session.take_outcomes()) {
      require(outcome.id == reported++);
      require(!shows_secret(outcome.transcript));
      for (const auto& recipient : outcome.recipients) {
        require(recipient.accepted != recipient.failure.has_value());
        // LMTP's last reply speaks of its last recipient alone.
        require(!recipient.accepted || options.lmtp || outcome.final_reply.positive());
        require(!recipient.accepted || outcome.final_reply.code != 0);
        const bool in_doubt = recipient.failure && recipient.failure->maybe_delivered;
        require(!in_doubt || options.lmtp || outcome.final_reply.code == 0);
        require(!outcome.untouched || (!recipient.accepted && !in_doubt));
      }
      require((outcome.session != nullptr) == session.ready());
    }
    answered += session.take_answers().size();
  };
  const auto client_turn = [&] {
    for (;;) {
      while (submitted < 40 && session.wants_letter()) session.submit(next_letter(submitted++));
      if (session.need() == Need::letter && submitted % 8 == 3 && asked < submitted) {
        session.ask({static_cast<smtp::Question::Verb>(asked++ % 5), "x"});
      }
      if (session.need() == Need::letter && submitted >= 40) session.quit();
      const auto out = session.output();
      if (out.empty()) break;
      session.consume_output(out.size());
    }
    if (session.need() == Need::start_tls) {
      smtp::TlsFacts facts{"TLSv1.3", "x"};
      facts.verified = true;
      facts.bindings.tls_exporter = "0123456789abcdef";
      session.tls_established(facts);
    }
    collect();
  };

  while (!script.empty() && session.need() != Need::closed) {
    client_turn();
    const auto end = script.find('\xff');
    session.receive(script.substr(0, end));
    script.remove_prefix(end == std::string_view::npos ? script.size() : end + 1);
  }
  client_turn();
  session.fail(codes::local_failure(codes::Category::connection_lost, codes::Phase::local, "over"));
  collect();
  require(session.need() == Need::closed);
  require(reported == submitted);
  require(answered == asked);
  require(!shows_secret(session.transcript()));
  return 0;
}
