// A client that says anything at all, whole and byte by byte: the same replies and the same letters; memory bounded.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "gatepost/smtp/server/session.hpp"

using namespace gatepost;

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

constexpr std::uint64_t max_letter = 3000;

struct Handler : smtp::ServerHandler {
  smtp::Verdict on_auth(const smtp::ServerPeer&, const smtp::AuthAttempt& attempt) override {
    const auto& [login, password] = std::pair(attempt.login, attempt.password);
    told += "auth " + login + " " + password + "\n";
    if (login == password) return {};
    return {smtp::Verdict::Action::refuse, "535 no", {}};
  }
  smtp::Verdict on_rcpt(const smtp::ServerPeer&, const smtp::ServerEnvelope&,
                        const smtp::ServerRecipient& recipient) override {
    const auto& address = recipient.address;
    if (address.starts_with("no"))
      return {smtp::Verdict::Action::refuse, "550 5.1.1 " + std::string(address) + "\nx", {}};
    if (address.starts_with("drop")) return {smtp::Verdict::Action::discard, "", {}};
    if (address.starts_with("slow")) return {smtp::Verdict::Action::accept, "", std::chrono::milliseconds(1)};
    return {};
  }
  smtp::Verdict on_letter(const smtp::ServerPeer&, smtp::ServerEnvelope&& envelope, std::string&& data,
                          std::string_view) override {
    require(data.size() <= max_letter);
    require(data.empty() || data.ends_with("\r\n"));
    require(!envelope.rcpt_to.empty());
    told += "letter " + envelope.mail_from + " " + data + "\n";
    return {smtp::Verdict::Action::accept, "250 2.0.0 kept", {}};
  }
  void on_closed(const smtp::ServerPeer&, std::string_view transcript, std::string_view reason,
                 const std::vector<std::string>&) override {
    require(transcript.size() <= 4096);
    told += "closed " + std::string(reason) + "\n" + std::string(transcript);
    ++closed;
  }
  std::string told;
  int closed = 0;
};

std::string play(std::string_view bytes, std::size_t portion, bool starttls) {
  Handler handler;
  smtp::ServerOptions options;
  options.offer_starttls = starttls;
  options.limits.message_bytes = max_letter;
  options.limits.line_bytes = 200;
  options.limits.errors = 20;
  options.limits.transcript_bytes = 4096;
  smtp::ServerSession session(options, handler, {});
  std::string replies;
  const auto drain = [&] {
    for (auto out = session.output(); !out.empty(); out = session.output()) {
      replies += out;
      session.consume_output(out.size());
    }
  };
  while (!bytes.empty()) {
    const auto part = bytes.substr(0, portion);
    bytes.remove_prefix(part.size());
    session.receive(part);
    drain();
    while (session.need() == smtp::ServerSession::Need::wait) {
      session.resume();
      drain();
    }
    if (session.need() == smtp::ServerSession::Need::start_tls) session.tls_established({"TLSv1.3", "x"});
  }
  session.connection_lost("over");
  drain();
  require(handler.closed == 1);
  require(session.need() == smtp::ServerSession::Need::closed);
  auto all = replies + handler.told;
  for (auto at = all.find("queued as "); at != std::string::npos; at = all.find("queued as ", at + 10)) {
    all.erase(at + 10, 10);  // the random id of a letter that was discarded
  }
  return all;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  // With STARTTLS the portions do matter: what stands behind it in the same one ends the session.
  static_cast<void>(play(bytes, 64, true));
  const auto whole = play(bytes, size + 1, false);
  require(whole == play(bytes, 1, false));
  require(whole == play(bytes, 13, false));
  return 0;
}
