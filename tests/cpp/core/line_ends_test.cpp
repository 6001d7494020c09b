#include "gatepost/core/line_ends.hpp"

#include <gtest/gtest.h>

namespace gatepost {
namespace {

TEST(LineEnds, CrlfIsNotBare) {
  for (const std::string_view text : {"", "a", "a\r\n", "\r\n\r\n", "a\r\nb"}) {
    EXPECT_EQ(count_bare_line_ends(text), 0U) << text;
    EXPECT_FALSE(has_bare_line_end(text)) << text;
  }
}

TEST(LineEnds, EachCrOrLfOnItsOwnCounts) {
  const std::pair<std::string_view, std::size_t> texts[] = {
      {"\n", 1},   {"\r", 1},     {"a\nb\n", 2}, {"a\rb", 1},
      {"\n\r", 2}, {"\r\r\n", 1}, {"\r\n\n", 1}, {"a\r\nb\nc\rd\r\n", 2}};
  for (const auto& [text, bare] : texts) {
    EXPECT_EQ(count_bare_line_ends(text), bare) << text;
    EXPECT_TRUE(has_bare_line_end(text)) << text;
  }
}

}  // namespace
}  // namespace gatepost
