#include "gatepost/mime/header/media_type.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace gatepost;
using namespace gatepost::mime;
using testing::HasSubstr;

namespace {

std::string checked(std::string_view type) {
  auto result = check_media_type(type);
  return result ? *result : "ERROR " + result.error().message();
}

}  // namespace

TEST(MediaType, NamesOf127OctetsAreTakenAndLongerOnesAreRefused) {
  const std::string long_type = std::string(127, 'a') + "/" + std::string(127, 'b');
  EXPECT_EQ(checked(long_type), long_type);
  EXPECT_THAT(checked("a" + long_type), HasSubstr("is not a media type"));
  EXPECT_THAT(checked(long_type + "b"), HasSubstr("is not a media type"));
}

TEST(MediaType, QuotedParametersKeepTheirSemicolonsAndQuotes) {
  EXPECT_EQ(checked(R"(Text/X; A="b;c" ; d="\"\\;")"), "text/x;\r\n a=\"b;c\";\r\n d=\"\\\"\\\\;\"");
  EXPECT_EQ(checked("text/x;;a=b;"), "text/x;\r\n a=b");
}

TEST(MediaType, MalformedParametersAreRefused) {
  for (const char* bad : {"a/b; c", "a/b; c=", "a/b; =d", "a/b; c=\"d", "a/b; c=\"d\"e", "a/b; c=d e", "a/b; c=ж"}) {
    EXPECT_THAT(checked(bad), HasSubstr("malformed parameter")) << bad;
  }
  EXPECT_THAT(checked("a/b; c=" + std::string(1000, 'd')), HasSubstr("malformed parameter"));
  EXPECT_THAT(checked("a/b; name=x"), HasSubstr("may not set name"));
}
