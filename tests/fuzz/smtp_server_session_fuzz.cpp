// A client that says anything at all, whole and byte by byte: the same replies and the same letters; memory bounded.
// The first byte chooses what the server is.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "gatepost/core/clock.hpp"
#include "gatepost/smtp/server/session.hpp"

using namespace gatepost;
using smtp::Verdict;
using Action = Verdict::Action;

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

constexpr std::uint64_t max_letter = 3000;
const ManualClock stopped_clock;

struct Mode {
  explicit Mode(unsigned bits)
      : lmtp((bits & 1U) != 0),
        proxy((bits & 2U) != 0),
        xclient((bits & 4U) != 0),
        passwords((bits & 8U) != 0),
        strict((bits & 16U) != 0),
        plain((bits & 32U) != 0),
        login((bits & 64U) != 0) {}
  bool lmtp, proxy, xclient, passwords, strict, plain, login;
};

bool has_bare_newline(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n' && (i == 0 || text[i - 1] != '\r')) return true;
    if (text[i] == '\r' && (i + 1 == text.size() || text[i + 1] != '\n')) return true;
  }
  return false;
}

struct Handler : smtp::ServerHandler {
  explicit Handler(const Mode& chosen) : mode(chosen) {}
  bool has_passwords() const override { return mode.passwords; }
  std::optional<std::string> password_of(std::string_view login) const override { return std::string(login); }
  Verdict on_auth(const smtp::ServerPeer&, const smtp::AuthAttempt& attempt) override {
    told += "auth " + attempt.login + " " + attempt.password + attempt.token + "\n";
    if (attempt.login == attempt.password || attempt.token == "t") return {};
    return {Action::refuse, "535 no", {}};
  }
  Verdict on_mail(const smtp::ServerPeer& peer, const smtp::ServerEnvelope& envelope) override {
    told += "mail " + peer.address + " " + peer.helo + " " + peer.user + " " + envelope.mail_from + "\n";
    return {};
  }
  Verdict on_rcpt(const smtp::ServerPeer&, const smtp::ServerEnvelope&,
                  const smtp::ServerRecipient& recipient) override {
    const auto& address = recipient.address;
    if (address.starts_with("no")) return {Action::refuse, "550 5.1.1 " + address + "\nx", {}};
    if (address.starts_with("drop")) return {Action::discard, "", {}};
    if (address.starts_with("slow")) return {Action::accept, "", std::chrono::milliseconds(1)};
    return {};
  }
  Verdict on_data(const smtp::ServerPeer&, const smtp::ServerEnvelope& envelope) override {
    if (envelope.mail_from.starts_with("no")) return {Action::refuse, "451 no", {}};
    if (envelope.mail_from.starts_with("slow")) return {Action::accept, "", std::chrono::milliseconds(1)};
    return {};
  }
  Verdict on_letter(const smtp::ServerPeer&, smtp::ServerEnvelope&& envelope, std::string&& data,
                    std::string_view) override {
    require(data.size() <= max_letter);
    require(!envelope.rcpt_to.empty() && envelope.rcpt_to.size() == envelope.rcpt_params.size());
    require(envelope.bare_newlines == has_bare_newline(data));
    const auto& params = envelope.mail_params;
    const bool binary = std::any_of(params.begin(), params.end(), [](const auto& p) { return p.size() == 15; });
    require(!mode.strict || binary || !envelope.bare_newlines);
    told += "letter " + envelope.mail_from + " " + data + "\n";
    if (envelope.mail_from.starts_with("later")) return {Action::later, "", {}};
    return {Action::accept, "250 2.0.0 kept", {}};
  }
  void on_closed(const smtp::ServerPeer&, std::string_view transcript, std::string_view reason,
                 const std::vector<std::string>& warnings) override {
    require(transcript.size() <= 4096);
    require(warnings.size() <= 5);
    told += "closed " + std::string(reason) + "\n" + std::string(transcript);
    for (const auto& warning : warnings) told += warning + "\n";
    ++closed;
  }
  const Mode& mode;
  std::string told;
  int closed = 0;
};

smtp::ServerOptions options_of(const Mode& mode, bool starttls) {
  smtp::ServerOptions options;
  options.lmtp = mode.lmtp;
  options.offer_starttls = starttls;
  options.require_auth = mode.login;
  options.clock = &stopped_clock;
  options.limits.message_bytes = max_letter;
  options.limits.line_bytes = 200;
  options.limits.errors = 20;
  options.limits.recipient_domains = 3;
  options.limits.letters = 50;
  options.limits.transcript_bytes = 4096;
  options.limits.warnings = 5;
  if (!mode.strict) options.leniency = {true, true, true, true, true, true, true, true};
  if (mode.plain) options.extensions.enhanced_status_codes = options.extensions.pipelining = false;
  return options;
}

/// Random texts: the id of a letter that was discarded, challenges.
std::string without_chance(std::string all) {
  for (auto at = all.find("queued as "); at != std::string::npos; at = all.find("queued as ", at + 10)) {
    all.erase(at + 10, 10);
  }
  for (auto at = all.find("334 "); at != std::string::npos; at = all.find("334 ", at + 4)) {
    all.erase(at + 4, std::min(all.find_first_of("\r\n", at), all.size()) - at - 4);
  }
  return all;
}

/// What is told and answered. Replies are read behind each line in a strict session, else at the end.
std::string play(const Mode& mode, std::string_view bytes, std::size_t portion, bool starttls) {
  Handler handler(mode);
  const auto options = options_of(mode, starttls);
  smtp::ServerPeer peer;
  peer.address = "192.0.2.1";
  peer.speaks_proxy = mode.proxy;
  peer.may_xclient = mode.xclient;
  smtp::ServerSession session(options, handler, peer);
  std::string replies;
  const auto drain = [&] {
    for (auto out = session.output(); !out.empty(); out = session.output()) {
      replies += out;
      session.consume_output(out.size());
    }
  };
  drain();
  while (!bytes.empty()) {
    const auto line_end = mode.strict ? bytes.find('\n') : std::string_view::npos;
    auto unit = bytes.substr(0, line_end == std::string_view::npos ? line_end : line_end + 1);
    bytes.remove_prefix(unit.size());
    while (!unit.empty()) {
      const auto part = unit.substr(0, portion);
      unit.remove_prefix(part.size());
      session.receive(part);
      for (auto need = session.need();; need = session.need()) {
        if (need == smtp::ServerSession::Need::wait) {
          session.resume();
        } else if (need == smtp::ServerSession::Need::decision) {
          session.decide({Action::refuse, "550 decided", {}});
        } else {
          break;
        }
      }
    }
    if (mode.strict || starttls) drain();
    if (session.need() == smtp::ServerSession::Need::start_tls) session.tls_established({"TLSv1.3", "x"});
  }
  session.connection_lost("over");
  drain();
  require(handler.closed == 1);
  require(session.need() == smtp::ServerSession::Need::closed);
  return without_chance(replies + handler.told);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const Mode mode(data[0]);
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  // With STARTTLS the portions do matter: what stands behind it in the same one ends the session.
  static_cast<void>(play(mode, bytes, 64, true));
  const auto whole = play(mode, bytes, size, false);
  require(whole == play(mode, bytes, 1, false));
  require(whole == play(mode, bytes, 13, false));
  return 0;
}
