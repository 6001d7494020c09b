#pragma once
#include <boost/asio/steady_timer.hpp>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "gatepost/core/clock.hpp"
#include "gatepost/sink/arrival.hpp"
#include "gatepost/sink/inbox.hpp"

namespace gatepost::sink {

/// Letters that were accepted and come back later, by the sink's clock: their notifications are put into the inbox as
/// if they had arrived then. On the I/O thread alone.
class LateBounces {
 public:
  /// `host`: who reports.
  LateBounces(boost::asio::io_context& context, Inbox& inbox, const Clock& clock, std::string host)
      : timer_(context), inbox_(inbox), clock_(clock), host_(std::move(host)) {}

  /// Recipients of whom nobody wants to know are passed over; those that come back together do so in one letter.
  void add(const LetterPtr& letter, const std::vector<LateBounce>& bounces);
  /// The clock went on.
  void look();
  void stop() { timer_.cancel(); }

 private:
  struct Due {
    LetterPtr letter;
    std::vector<Undelivered> undelivered;
  };
  void arm();

  static constexpr std::size_t most_ = 100'000;  // the earliest goes first
  boost::asio::steady_timer timer_;
  Inbox& inbox_;
  const Clock& clock_;
  std::string host_;
  std::multimap<TimePoint, Due> due_;
};

}  // namespace gatepost::sink
