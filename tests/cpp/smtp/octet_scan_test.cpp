#include "gatepost/smtp/octet_scan.hpp"

#include <gtest/gtest.h>

#include <string>

namespace gatepost::smtp {
namespace {

TEST(OctetScan, OneOctetIsFoundWhereverItStandsAndNothingElse) {
  for (std::size_t size = 1; size < 100; ++size) {
    for (std::size_t at = 0; at < size; ++at) {
      for (const int octet : {0, 1, 0x7F, 0x80, 0xFF}) {
        std::string text(size, 'x');
        text[at] = static_cast<char>(octet);
        OctetScan scan;
        scan.read(text);
        ASSERT_EQ(scan.nul(), octet == 0) << size << " " << at;
        ASSERT_EQ(scan.high(), octet > 0x7F) << size << " " << at;
      }
    }
  }
}

TEST(OctetScan, WhatWasFoundInOnePortionIsNotForgottenInTheNext) {
  OctetScan scan;
  scan.read({"\0", 1});
  scan.read("\xD0\x9F");
  scan.read("plain");
  scan.read("");
  EXPECT_TRUE(scan.nul());
  EXPECT_TRUE(scan.high());
}

}  // namespace
}  // namespace gatepost::smtp
