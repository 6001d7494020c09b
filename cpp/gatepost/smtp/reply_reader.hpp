#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "gatepost/codes/reply.hpp"

namespace gatepost::smtp {

/// Reads SMTP replies (RFC 5321 §4.2) from bytes that come in any portions.
///
/// Bounds: a line 4096 bytes, a reply 128 lines and 64 KiB; beyond them, or where a line does not begin with a code
/// 200 to 699 followed by "-", a space or its end, the stream is broken for good. A line may end with a bare LF; where
/// the lines of one reply differ in their code, the last one decides (as with Postfix). Controls in the text become
/// "?" (terminal_safe.hpp), so that a server cannot control a user's terminal.
class ReplyReader {
 public:
  static constexpr std::size_t max_line_bytes = 4096;
  static constexpr std::size_t max_reply_bytes = 64 * 1024;
  static constexpr std::size_t max_lines = 128;

  enum class Status : unsigned char {
    more,   ///< all bytes were taken, the reply is not whole yet
    reply,  ///< a reply is whole: code() and lines() are its own until the next read()
    broken  ///< what came is no SMTP reply: error() says why
  };

  /// Takes bytes from the front of `bytes`, at most up to the end of the first whole reply.
  Status read(std::string_view& bytes);

  int code() const { return code_; }
  /// The reply's lines with their codes ("250-SIZE 100"). Views into the reader.
  std::vector<std::string_view> lines() const;
  codes::Reply reply() const;
  /// The same lines as one text, LF behind each.
  std::string_view text() const { return text_; }
  const std::string& error() const { return error_; }
  /// Nothing half read.
  bool empty() const { return whole_ || (text_.empty() && error_.empty()); }

 private:
  bool end_line();
  bool broken(std::string what);

  std::string text_;            // lines of the reply in progress, LF behind each
  std::size_t line_start_ = 0;  // in text_
  std::size_t line_count_ = 0;
  int code_ = 0;
  bool last_ = false;   // the line just read ends the reply
  bool whole_ = false;  // text_ is a reply already handed out
  std::string error_;
};

}  // namespace gatepost::smtp
