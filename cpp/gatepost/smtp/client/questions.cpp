#include "gatepost/smtp/client/questions.hpp"

#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "gatepost/core/text_gate.hpp"
#include "gatepost/core/utf8.hpp"

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
    return "the argument is not ASCII, which this command or this server does not accept";
  }
  return std::nullopt;
}

}  // namespace

void Questions::ask(const Question& question) {
  if (auto why = unaskable(question, context_.facts.smtp_utf8)) return answer_ourselves(std::move(*why));
  std::string line(verbs[static_cast<std::size_t>(question.verb)]);
  if (!question.argument.empty()) line.append(" ").append(question.argument);
  if (!is_ascii(question.argument)) line.append(" SMTPUTF8");  // RFC 6531 §3.7.4.2
  if (line.size() > max_line) return answer_ourselves("the argument is too long for a command line");
  asking_ = true;
  context_.send(line, {.from = this, .phase = codes::Phase::mail});
}

Step Questions::on_reply(const Expected& /*to*/) {
  hand_on_reply();
  if (const int code = context_.reply.code(); code >= 300 && code < 400) {
    return Ending{context_.reply.unexpected("the server expects more after a question")};
  }
  return Progress::done;
}

void Questions::on_shutdown(const Expected& /*to*/, const codes::Failure& /*why*/) { hand_on_reply(); }

void Questions::hand_on_reply() {
  asking_ = false;
  answers_.push_back(context_.reply.reply());
}

void Questions::abandon(const codes::Failure& why) {
  if (!std::exchange(asking_, false)) return;
  answer_ourselves(why.message.empty() ? why.server_text : why.message);
}

void Questions::answer_ourselves(std::string why) {
  auto& answer = answers_.emplace_back();
  answer.lines.push_back(std::move(why));
}

std::vector<codes::Reply> Questions::take_answers() { return std::exchange(answers_, {}); }

}  // namespace gatepost::smtp
