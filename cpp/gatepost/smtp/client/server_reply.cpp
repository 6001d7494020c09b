#include "gatepost/smtp/client/server_reply.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "gatepost/core/ascii.hpp"
#include "gatepost/core/utf8.hpp"
#include "gatepost/smtp/client/step.hpp"

namespace gatepost::smtp {

using codes::Phase;

namespace {

/// Of a text with LF behind each line.
std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> all;
  for (auto rest = text; !rest.empty(); rest.remove_prefix(rest.find('\n') + 1)) {
    all.push_back(rest.substr(0, rest.find('\n')));
  }
  return all;
}

}  // namespace

ServerReply::ServerReply(const ClientOptions& options) : options_(options), secrets_(options.identity) {}

void ServerReply::take(Phase phase) {
  phase_ = phase;
  masked_text_.clear();
  if (!secrets_.concerns(reader_.text(), where())) return;
  masked_text_ = secrets_.masked_reply(std::string(reader_.text()), where());
}

SecretMask::Where ServerReply::where() const {
  return phase_ == Phase::auth ? SecretMask::Where::in_auth : SecretMask::Where::elsewhere;
}

std::vector<std::string_view> ServerReply::shown_lines() const {
  return masked_text_.empty() ? reader_.lines() : lines_of(masked_text_);
}

codes::Reply ServerReply::reply() const {
  if (masked_text_.empty()) return reader_.reply();
  std::vector<std::string> texts;
  for (const auto line : lines_of(masked_text_)) texts.emplace_back(line.substr(std::min<std::size_t>(line.size(), 4)));
  return codes::make_reply(reader_.code(), texts);
}

codes::Failure ServerReply::refusal(Phase phase) const {
  auto why = codes::classify(reader_.reply(), phase, options_.provider);
  if (refuses_our_name(why)) {
    why.message = "this machine introduced itself as " + own_name_ +
                  ": another name is set by helo_name (of Route, or in the account's URL)";
  }
  if (masked_text_.empty()) return why;
  why.server_text = reply().text();
  why.evidence = masked(why.evidence);
  return why;
}

/// Some servers say so at once, others keep it for a later command, and quote the name then.
bool ServerReply::refuses_our_name(const codes::Failure& why) const {
  if (own_name_.empty() || why.phase == Phase::greeting || why.phase == Phase::auth) return false;
  if (why.rule_id == "text.helo") return true;
  const auto words = lower(why.server_text);
  const auto speaks_of = [&words](std::string_view what) { return words.find(what) != std::string::npos; };
  const bool of_helo = speaks_of("helo") || speaks_of("ehlo");
  if (why.phase != Phase::ehlo) return of_helo && speaks_of(lower(own_name_));
  constexpr std::array names = {"hostname", "host name", "domain", "fqdn", "qualified", "literal", "argument"};
  return code() == 501 || code() == 504 || of_helo || speaks_of(lower(own_name_)) ||
         std::any_of(names.begin(), names.end(), speaks_of);
}

codes::Failure ServerReply::unexpected(std::string_view what) const {
  return protocol_error(std::string(what) + ": " + reply().to_string());
}

codes::Failure ServerReply::protocol_error(std::string message) const {
  constexpr std::size_t enough = 300;
  message = secrets_.masked(std::move(message), where());
  if (message.size() > enough) message.replace(utf8_prefix(message, enough).size(), std::string::npos, "…");
  return session_failure(codes::Category::protocol_error, phase_, std::move(message));
}

}  // namespace gatepost::smtp
