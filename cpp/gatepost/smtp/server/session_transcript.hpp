#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include "gatepost/smtp/server/command_parser.hpp"
#include "gatepost/smtp/transcript.hpp"

namespace gatepost::smtp::server {

/// What was said in a session, and of each letter what led to it: the handshake, and all since its MAIL. Masks what may
/// be a secret before it is written down.
class SessionTranscript {
 public:
  /// `max_bytes` 0: nothing is kept.
  explicit SessionTranscript(std::size_t max_bytes);

  /// `line` is that of which `command` was read; `clean`: it has no control characters, else nothing of it is shown.
  void command(const CommandLine& command, std::string_view line, bool clean);
  /// A line of an AUTH exchange: only "*", which ends it, is shown.
  void auth_line(std::string_view line) { client(line == "*" ? line : "****"); }
  void server(std::string_view line);
  void note(std::string_view line);

  /// What follows a login is no longer taken for a part of it.
  void logged_in() { behind_auth_ = false; }
  /// The handshake of the letters to come is all that is said until the next MAIL.
  void start_over();

  bool is_kept() const { return kept_; }
  const std::string& text() const { return session_.text(); }
  std::string of_letter() const { return handshake_ + letter_.text(); }

 private:
  void client(std::string_view line);

  bool kept_;
  bool behind_auth_ = false;  // since an AUTH that failed, nothing well-formed has come
  bool in_letter_ = false;    // a MAIL was said
  Transcript session_;
  Transcript letter_;
  std::string handshake_;  // what came before the first MAIL
};

}  // namespace gatepost::smtp::server
