#include "gatepost/mime/header/parameters.hpp"

#include <gtest/gtest.h>

using namespace gatepost::mime;

TEST(ReadParameters, Rfc2231WinsOverThePlainForm) {
  const auto value =
      read_parameters("Attachment; filename=\"plain.txt\"; filename*=utf-8'ru'%D0%96.txt; X=\"a\\\"b;c\"");
  EXPECT_EQ(value.value, "attachment");
  EXPECT_EQ(value.get("filename"), "Ж.txt");
  EXPECT_EQ(value.get("x"), "a\"b;c");
  EXPECT_EQ(value.get("none"), "");
}

TEST(ReadParameters, WhatIsNoParameterOrEndsBeyondItsQuotesIsMalformed) {
  for (const char* fine : {"a/b", "a/b;", "a/b; ", "a/b; n=x", "a/b; n=\"x;y\" ; m=", "a/b; n=\"x\" (a comment)",
                           "a/b; n=x (a comment)", "a/b; n=\"=?utf-8?B?w58iOw==?=\"", "a/b; n=\"a\\\"b\""}) {
    EXPECT_FALSE(read_parameters(fine).malformed) << fine;
  }
  for (const char* odd : {"a/b; n", "a/b; n; m=x", "a/b; =x", "a/b; n=\"x", "a/b; n=\"x\"y", "a/b; n=\"x\\\""}) {
    EXPECT_TRUE(read_parameters(odd).malformed) << odd;
  }
}

TEST(ReadParameters, SectionsAreJoinedInTheirOrder) {
  EXPECT_EQ(read_parameters("a/b; n*1=two; n*0=one; n*2*=%20three").get("n"), "onetwo three");
  EXPECT_EQ(read_parameters("a/b; name=\"=?windows-1251?Q?=CF=F0=E8?=\"").get("name"), "При");
}

TEST(ReadParameters, SectionsOutOfOrderWithGapsAndTwiceAreJoinedAsFarAsTheyGo) {
  EXPECT_EQ(read_parameters("a/b; n*2=c; n*0=a; n*1=b; n*0=z").get("n"), "abc");
  EXPECT_EQ(read_parameters("a/b; n*1*=%D0%96; n*5=x").get("n"), "Жx");
  EXPECT_EQ(read_parameters("a/b; n*0*=koi8-r'ru'%F0%D2; n*1*=%C9").get("n"), "При");
  EXPECT_EQ(read_parameters("a/b; n*0*=utf-8''%D0; n*1*=%96").get("n"), "Ж");  // a letter cut in two
}

TEST(ReadParameters, FoldersOfAWindowsPathThatNobodyQuotedStayApart) {
  EXPECT_EQ(read_parameters(R"(image/png; name="C:\TEMP\nsmail39.png")").get("name"), R"(C:\TEMP\nsmail39.png)");
  EXPECT_EQ(read_parameters(R"(image/png; name="a \"b\" \(c\) \\d")").get("name"), R"(a "b" (c) \d)");
}

TEST(ReadParameters, SectionsOfNoNameAreLeftOut) {
  const ParameterisedValue read = read_parameters("attachment; *0*=a; *=utf-8''b; size=3");
  ASSERT_EQ(read.parameters.size(), 1U);
  EXPECT_EQ(read.get("size"), "3");
}

TEST(ReadParameters, EncodedWordsInsideOfRfc2231SectionsAreUndone) {
  EXPECT_EQ(read_parameters("a/b; n*0=\"=?utf-8?B?0J8=\"; n*1=\"?= x\"").get("n"), "П x");
  EXPECT_EQ(read_parameters("a/b; n=\"=?koi8-r?Q?=F0?= =?koi8-r?Q?=D2?=\"").get("n"), "Пр");
  EXPECT_EQ(read_parameters("a/b; n*=utf-8''%3D%3Fa%3Fq%3Fx%3F%3D").get("n"), "=?a?q?x?=");
}
