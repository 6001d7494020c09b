#pragma once
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "gatepost/mime/compose/compose.hpp"

namespace gatepost::mime {

inline LetterContent simple() {
  LetterContent content;
  content.from = {"Иван", "ivan@example.com"};
  content.to = {{"", "olga@example.com"}};
  content.subject = "Счёт";
  content.text = "Привет\n";
  content.message_id = "1@example.com";
  content.date = TimePoint(std::chrono::seconds(1'763'789'257));
  return content;
}

inline std::string composed(const LetterContent& content) {
  auto letter = compose(content);
  EXPECT_TRUE(letter) << letter.error().message();
  return letter ? *letter : std::string();
}

inline std::string fault(const LetterContent& content) {
  auto letter = compose(content);
  return letter ? "no error" : letter.error().message();
}

inline std::shared_ptr<const Part> part(Part::Source source) {
  auto made = Part::make(std::move(source));
  EXPECT_TRUE(made) << made.error().message();
  return *made;
}

/// Every line ends in CRLF and there is no other CR or LF; gives the longest line.
inline std::size_t longest_line(std::string_view letter) {
  std::size_t longest = 0;
  std::size_t begin = 0;
  for (std::size_t end = letter.find("\r\n"); end != std::string_view::npos; end = letter.find("\r\n", begin)) {
    const std::string_view line = letter.substr(begin, end - begin);
    EXPECT_EQ(line.find_first_of("\r\n"), std::string_view::npos) << line;
    longest = std::max(longest, line.size());
    begin = end + 2;
  }
  EXPECT_EQ(begin, letter.size());
  return longest;
}

}  // namespace gatepost::mime
