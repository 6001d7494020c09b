// A server that says anything at all: every letter gets exactly one outcome, nobody is told "accepted" without a final
// 2xx, and no secret of ours shows up in a transcript.
#include <algorithm>
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
    for (const std::string_view secret : {"correct horse", "Y29ycmVjdCBob3JzZQ==", "AGl2YW4AY29ycmVjdCBob3JzZQ=="}) {
      if (line.find(secret) != std::string_view::npos) return true;
    }
  }
  return false;
}

smtp::ClientOptions options_from(unsigned bits) {
  smtp::ClientOptions options;
  options.security = static_cast<smtp::Security>(bits & 3);
  options.one_round_trip = (bits & 4) != 0;
  options.keep_transcript = (bits & 8) != 0;
  options.allow_cleartext_auth = true;
  if ((bits & 16) != 0) {
    options.identity.login = "ivan";
    options.identity.password = "correct horse";
  }
  return options;
}

smtp::ClientLetter next_letter(std::uint64_t id) {
  static const auto small = std::make_shared<const std::string>("a: b\r\n\r\n.x\n.\n");
  static const auto big = std::make_shared<const std::string>(std::string(100'000, 'x'));
  smtp::ClientLetter letter;
  letter.id = id;
  letter.mail_from = "from@a.ru";
  letter.rcpt_to = {"a@b.ru"};
  if (id % 2 == 0) letter.rcpt_to.emplace_back("c@d.ru");
  if (id % 5 == 0) letter.rcpt_to.emplace_back("bad address");
  letter.all_or_nothing = id % 4 == 0;
  letter.data = id % 7 == 0 ? big : small;
  return letter;
}

}  // namespace

// The first byte chooses the options; each 0xFF in the rest is a pause in which the client may write.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  smtp::ClientSession session(options_from(data[0]));
  std::string_view script(reinterpret_cast<const char*>(data + 1), size - 1);
  std::uint64_t submitted = 0;
  std::uint64_t reported = 0;

  const auto collect = [&] {
    for (const auto& outcome : session.take_outcomes()) {
      require(outcome.id == reported++);
      require(!shows_secret(outcome.transcript));
      for (const auto& recipient : outcome.recipients) {
        require(recipient.accepted != recipient.failure.has_value());
        require(!recipient.accepted || outcome.final_reply.positive());
        require(!recipient.failure || !recipient.failure->maybe_delivered || outcome.final_reply.code == 0);
        require(!outcome.untouched || !recipient.failure->maybe_delivered);
      }
    }
  };
  const auto client_turn = [&] {
    for (;;) {
      while (submitted < 40 && session.wants_letter()) session.submit(next_letter(submitted++));
      if (session.need() == Need::letter && submitted >= 40) session.quit();
      const auto out = session.output();
      if (out.empty()) break;
      session.consume_output(out.size());
    }
    if (session.need() == Need::start_tls) session.tls_established({"TLSv1.3", "x"});
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
  require(!shows_secret(session.transcript()));
  return 0;
}
