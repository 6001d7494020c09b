#include "gatepost/smtp/server/session_transcript.hpp"

#include "gatepost/smtp/server/command_mask.hpp"

namespace gatepost::smtp::server {

SessionTranscript::SessionTranscript(std::size_t max_bytes)
    : kept_(max_bytes > 0), session_(max_bytes), letter_(max_bytes) {}

void SessionTranscript::command(const CommandLine& command, std::string_view line, bool clean) {
  if (!kept_) return;
  if (!clean) return client("****");
  const auto shown = mask_command(command, line, behind_auth_);
  behind_auth_ = shown.auth_goes_on || (behind_auth_ && command.verb == Verb::unknown);
  if (command.verb == Verb::mail) {
    if (handshake_.empty()) handshake_ = session_.text();
    letter_.clear();
    in_letter_ = true;
  }
  client(shown.text.empty() ? line : shown.text);
}

void SessionTranscript::client(std::string_view line) {
  session_.client(line);
  if (in_letter_) letter_.client(line);
}

void SessionTranscript::server(std::string_view line) {
  session_.server(line);
  if (in_letter_) letter_.server(line);
}

void SessionTranscript::note(std::string_view line) {
  session_.note(line);
  if (in_letter_) letter_.note(line);
}

void SessionTranscript::start_over() {
  handshake_.clear();
  in_letter_ = false;
}

}  // namespace gatepost::smtp::server
