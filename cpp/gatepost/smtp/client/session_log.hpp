#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include "gatepost/smtp/transcript.hpp"

namespace gatepost::smtp {

/// The transcript of a session and, beside it, those of its letters: what concerns one is written to both.
class SessionLog {
 public:
  explicit SessionLog(bool kept) : kept_(kept), session_(kept ? session_bytes : 0) {}

  bool kept() const { return kept_; }
  void client(std::string_view line, Transcript* letter = nullptr) { add(&Transcript::client, line, letter); }
  void server(std::string_view line, Transcript* letter = nullptr) { add(&Transcript::server, line, letter); }
  void note(std::string_view text, Transcript* letter = nullptr) {
    if (!text.empty()) add(&Transcript::note, text, letter);
  }
  const std::string& text() const { return session_.text(); }
  /// An empty transcript for a letter.
  Transcript for_letter() const { return Transcript(kept_ ? letter_bytes : 0); }

 private:
  static constexpr std::size_t session_bytes = 32 * 1024;
  static constexpr std::size_t letter_bytes = 16 * 1024;

  void add(void (Transcript::*write)(std::string_view), std::string_view line, Transcript* letter) {
    if (!kept_) return;
    (session_.*write)(line);
    if (letter != nullptr) (letter->*write)(line);
  }

  bool kept_;
  Transcript session_;
};

}  // namespace gatepost::smtp
