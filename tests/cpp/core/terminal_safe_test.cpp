#include "gatepost/core/terminal_safe.hpp"

#include <gtest/gtest.h>

#include <string>

namespace gatepost {
namespace {

std::string utf8(unsigned point) {
  const auto byte = [](unsigned value) { return static_cast<char>(value); };
  if (point < 0x80) return {byte(point)};
  if (point < 0x800) return {byte(0xC0U | (point >> 6U)), byte(0x80U | (point & 0x3FU))};
  return {byte(0xE0U | (point >> 12U)), byte(0x80U | ((point >> 6U) & 0x3FU)), byte(0x80U | (point & 0x3FU))};
}

bool obeyed(unsigned point) {
  return (point < 0x20 && point != '\t') || (point >= 0x7F && point <= 0x9F) || point == 0x61C || point == 0x200E ||
         point == 0x200F || (point >= 0x2028 && point <= 0x202E) || (point >= 0x2066 && point <= 0x2069);
}

TEST(TerminalSafe, ControlsOfAnyLengthBecomeAQuestionMarkAndAllElseStays) {
  for (unsigned point = 0; point < 0x10000; ++point) {
    if (point >= 0xD800 && point < 0xE000) continue;
    const auto text = utf8(point);
    EXPECT_EQ(control_length_at(text, 0), obeyed(point) ? text.size() : 0U) << point;
    auto shown = "a" + text + "b" + text;
    replace_controls(shown);
    EXPECT_EQ(shown, obeyed(point) ? "a?b?" : "a" + text + "b" + text) << point;
  }
}

TEST(TerminalSafe, WhatStandsBeforeTheBeginningIsNotTouched) {
  std::string text = "\n\xC2\x9B\x1B\xE2\x80\xAE!";
  replace_controls(text, 3);
  EXPECT_EQ(text,
            "\n\xC2\x9B??"
            "!");
}

TEST(TerminalSafe, CharacterThatIsCutShortIsNoControl) {
  for (const std::string cut : {"\xC2", "\xE2", "\xE2\x80", "\xD8"}) {
    auto text = cut;
    replace_controls(text);
    EXPECT_EQ(text, cut);
  }
}

}  // namespace
}  // namespace gatepost
