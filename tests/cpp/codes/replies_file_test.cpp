// The collection of real replies that accompanies the project; it is not part of the repository.
#include <gtest/gtest.h>

#include <array>
#include <fstream>
#include <sstream>

#include "gatepost/codes/failure.hpp"

namespace gatepost::codes {
namespace {

std::array<std::string, 4> first_columns(const std::string& line) {
  std::array<std::string, 4> columns;
  std::istringstream in(line);
  for (std::string& column : columns) std::getline(in, column, '\t');
  return columns;
}

TEST(CollectedReplies, CategoryAndPermanenceOfEachAreRight) {
  std::ifstream file(GATEPOST_SHARED "/replies.tsv");
  if (!file) GTEST_SKIP() << GATEPOST_SHARED "/replies.tsv is not on this machine";
  std::string line;
  std::getline(file, line);  // the names of the columns
  int rows = 0;
  while (std::getline(file, line)) {
    const auto [text, category, permanence, provider] = first_columns(line);
    const Reply reply = parse_reply(text);
    for (const std::string& given : {provider, std::string()}) {
      const Failure failure = classify(reply, guess_phase(reply), given);
      EXPECT_EQ(to_string(failure.category), category) << text << "\n  rule " << failure.rule_id;
      EXPECT_EQ(to_string(failure.permanence), permanence) << text << "\n  rule " << failure.rule_id;
    }
    ++rows;
  }
  EXPECT_GT(rows, 100);
}

}  // namespace
}  // namespace gatepost::codes
