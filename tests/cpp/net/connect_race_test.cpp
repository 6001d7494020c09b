#include "gatepost/net/connect_race.hpp"

#include <gtest/gtest.h>

#include <boost/asio/ip/address.hpp>
#include <sstream>
#include <string>

namespace gatepost::net {
namespace {

using namespace std::chrono_literals;

/// A clock that stands still until it is moved.
class Race : public testing::Test {
 protected:
  std::string begun() {
    std::string all;
    while (const auto next = race.begin(now)) all += std::to_string(*next);
    return all;
  }

  ConnectRace::Time now{1h};
  ConnectRace race{4, 10s};
};

TEST_F(Race, NextAddressBeginsAQuarterOfASecondLaterWhileTheFirstIsSilent) {
  EXPECT_EQ(begun(), "0");
  EXPECT_EQ(race.next_event(), now + 250ms);
  now += 249ms;
  EXPECT_EQ(begun(), "");
  now += 1ms;
  EXPECT_EQ(begun(), "1");
  now += 250ms;
  EXPECT_EQ(begun(), "2");
  EXPECT_FALSE(race.lost());
}

TEST_F(Race, AddressThatFailsIsFollowedAtOnce) {
  EXPECT_EQ(begun(), "0");
  now += 3ms;
  race.failed(0);
  EXPECT_EQ(begun(), "1");
  race.failed(1);
  EXPECT_EQ(begun(), "2");
  EXPECT_EQ(race.next_event(), now + 250ms);
}

TEST_F(Race, EachAddressHasItsOwnDeadline) {
  EXPECT_EQ(begun(), "0");
  now += 250ms;
  EXPECT_EQ(begun(), "1");
  now += 9750ms;
  EXPECT_EQ(race.expired(now), 0U);
  race.failed(0);
  EXPECT_EQ(race.expired(now), std::nullopt);
  EXPECT_EQ(begun(), "2");
  now += 250ms;
  EXPECT_EQ(race.expired(now), 1U);
}

TEST_F(Race, DeadlineShorterThanTheStaggerDoesNotHoldTheOthersBack) {
  race = ConnectRace(2, 40ms);
  EXPECT_EQ(begun(), "0");
  EXPECT_EQ(race.next_event(), now + 40ms);
  now += 40ms;
  race.failed(*race.expired(now));
  EXPECT_EQ(begun(), "1");
}

TEST_F(Race, IsLostWhenEveryAddressHasFailed) {
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(begun(), std::to_string(i));
    EXPECT_FALSE(race.lost());
    race.failed(i);
  }
  EXPECT_EQ(begun(), "");
  EXPECT_TRUE(race.lost());
}

TEST_F(Race, SilentAddressesAreBegunEvenWhereManyAreSilent) {
  for (int i = 0; i < 4; ++i, now += 250ms) EXPECT_EQ(begun(), std::to_string(i));
  EXPECT_EQ(race.next_event(), ConnectRace::Time(1h) + 10s) << "the deadline of the first";
}

std::string order_of(std::initializer_list<const char*> addresses) {
  std::vector<Endpoint> given;
  for (const auto* address : addresses) given.emplace_back(Tcp::endpoint(boost::asio::ip::make_address(address), 25));
  std::ostringstream out;
  for (const auto& each : interleaved(given)) out << tcp_endpoint(each)->address() << ' ';
  return out.str();
}

TEST(Interleaved, FamiliesTakeTurnsFromTheFirstAddress) {
  EXPECT_EQ(order_of({"::1", "::2", "::3", "192.0.2.1", "192.0.2.2"}), "::1 192.0.2.1 ::2 192.0.2.2 ::3 ");
  EXPECT_EQ(order_of({"192.0.2.1", "::1", "::2", "::3"}), "192.0.2.1 ::1 ::2 ::3 ");
  EXPECT_EQ(order_of({"192.0.2.1", "192.0.2.2"}), "192.0.2.1 192.0.2.2 ");
  EXPECT_EQ(order_of({}), "");
}

}  // namespace
}  // namespace gatepost::net
