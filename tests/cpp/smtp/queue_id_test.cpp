#include "gatepost/smtp/client/queue_id.hpp"

#include <gtest/gtest.h>

namespace gatepost::smtp {
namespace {

TEST(QueueId, IsFoundInTheRepliesOfKnownServers) {
  const std::pair<std::string_view, std::string_view> samples[] = {
      {"Ok: queued as 4XyZ9k1234", "4XyZ9k1234"},
      {"Ok: queued as k2j4h5g6f7", "k2j4h5g6f7"},
      {"OK id=1rABCD-000Xyz-2B", "1rABCD-000Xyz-2B"},
      {"Ok: queued on mxfront1.mail.yandex.net as 1678886400-abcdEF", "1678886400-abcdEF"},
      {"OK  1678886400 a1-20020a05600c1234b0012345678si123abc.45 - gsmtp", "a1-20020a05600c1234b0012345678si123abc.45"},
      {"<abc@example> [InternalId=12345678, Hostname=X.prod.outlook.com] 8 bytes in 0.1, 57 KB/sec Queued mail for "
       "delivery",
       "12345678"},
      {"Ok: 0102018abc-1234-000000", "0102018abc-1234-000000"},
      {"Ok 0102018abc-1234-000000", "0102018abc-1234-000000"},
      {"32TBcd12345678 Message accepted for delivery", "32TBcd12345678"},
      {"Message accepted for delivery", ""},
      {"Ok", ""},
      {"OK", ""},
      {"", ""},
      {"Okay then", ""},
      {"Ok, message saved", ""},
  };
  for (const auto& [text, id] : samples) EXPECT_EQ(find_queue_id(text), id) << text;
}

}  // namespace
}  // namespace gatepost::smtp
