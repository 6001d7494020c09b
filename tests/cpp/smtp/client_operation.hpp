#pragma once
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>

#include "client_script.hpp"
#include "gatepost/smtp/client/operation.hpp"

namespace gatepost::smtp {

/// Operations without a session around them: what they write, and what they make of a reply.
struct OperationScript {
  explicit OperationScript(ClientOptions options = plain_options()) : context(std::move(options)) {}

  SessionContext context;

  /// Everything that may be written now.
  std::string written() {
    std::string all;
    for (;;) {
      context.wire.pull_body();
      if (!context.wire.hand_out()) return all;
      all += context.wire.output();
      context.wire.consume(context.wire.output().size());
    }
  }

  /// The reply to the oldest command that has none yet.
  Step say(std::string_view line) {
    const auto to = hear(line);
    return to.from->on_reply(to);
  }
  void shut_down(std::string_view line) {
    const auto to = hear(line);
    to.from->on_shutdown(to, context.reply.refusal(to.phase));
  }

 private:
  Expected hear(std::string_view line) {
    const auto bytes = std::string(line) + "\r\n";
    std::string_view rest = bytes;
    EXPECT_EQ(context.reply.reader().read(rest), ReplyReader::Status::reply) << line;
    EXPECT_TRUE(context.wire.awaited()) << "nothing was asked, or it is not handed out yet";
    context.reply.take(context.wire.phase());
    const auto to = context.wire.pop();
    to.from->note_answer();
    return to;
  }
};

inline void expect_step(const Step& step, Progress progress) {
  ASSERT_TRUE(step.has_value()) << step.error().why.message << step.error().why.server_text;
  EXPECT_EQ(*step, progress);
}

/// The session ends for that, with these closing lines.
inline codes::Failure expect_ending(const Step& step, codes::Category category, std::string_view closing_lines = "") {
  EXPECT_TRUE(step.has_error());
  if (!step.has_error()) return {};
  EXPECT_EQ(step.error().why.category, category);
  EXPECT_EQ(step.error().closing_lines, closing_lines);
  return step.error().why;
}

}  // namespace gatepost::smtp
