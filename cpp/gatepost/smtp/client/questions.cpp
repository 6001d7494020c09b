#include <array>
#include <optional>
#include <utility>

#include "gatepost/core/text_gate.hpp"
#include "gatepost/core/utf8.hpp"
#include "gatepost/smtp/client/session_impl.hpp"

namespace gatepost::smtp {

namespace {

constexpr std::size_t max_line = 510;  // RFC 5321 §4.5.3.1.4, without CRLF
constexpr std::array<std::string_view, 5> verbs = {"NOOP", "VRFY", "EXPN", "HELP", "ETRN"};

bool needs_argument(Question::Verb verb) { return verb != Question::Verb::noop && verb != Question::Verb::help; }
bool may_be_utf8(Question::Verb verb) { return verb == Question::Verb::vrfy || verb == Question::Verb::expn; }

std::optional<std::string> unaskable(const Question& question, bool smtp_utf8) {
  if (needs_argument(question.verb) && question.argument.empty()) return "the command needs an argument";
  if (const auto bad = check_line("the argument", question.argument)) return bad->message();
  if (!is_ascii(question.argument) && !(may_be_utf8(question.verb) && smtp_utf8)) {
    return "the argument is not ASCII, which this command or this server does not take";
  }
  return std::nullopt;
}

}  // namespace

// Alone on its way: a question may only end a group of pipelined commands (RFC 2920 §3.1).
void ClientSession::Impl::ask(const Question& question) {
  if (stage == Stage::closed || quitting || spent()) return answer_ourselves("the session is over");
  if (need() != Need::letter) return answer_ourselves("the session is not idle");
  if (auto why = unaskable(question, facts.smtp_utf8)) return answer_ourselves(std::move(*why));
  std::string line(verbs[static_cast<std::size_t>(question.verb)]);
  if (!question.argument.empty()) line.append(" ").append(question.argument);
  if (!is_ascii(question.argument)) line.append(" SMTPUTF8");  // RFC 6531 §3.7.4.2
  if (line.size() > max_line) return answer_ourselves("the argument is too long for a command line");
  command(line, Command::question);
}

void ClientSession::Impl::on_question() {
  answers.push_back(heard());
  if (const int code = reader.code(); code >= 300 && code < 400) {
    expected.pop_front();
    return protocol_error("the server expects more after a question: " + answers.back().to_string());
  }
  expected.pop_front();
  begin_next();
}

void ClientSession::Impl::answer_ourselves(std::string why) {
  auto& answer = answers.emplace_back();
  answer.lines.push_back(std::move(why));
}

}  // namespace gatepost::smtp
