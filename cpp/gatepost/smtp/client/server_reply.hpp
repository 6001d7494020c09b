#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "gatepost/codes/failure.hpp"
#include "gatepost/codes/reply.hpp"
#include "gatepost/smtp/client/session.hpp"
#include "gatepost/smtp/reply_reader.hpp"
#include "gatepost/smtp/sasl/secret_mask.hpp"

namespace gatepost::smtp {

/// The reply just read. What leaves it for a log, an outcome or a failure has our secrets masked: a careless server may
/// quote what it was sent, and at any time.
class ServerReply {
 public:
  /// `options` must outlive it.
  explicit ServerReply(const ClientOptions& options) : options_(options), secrets_(options.identity) {}

  ReplyReader& reader() { return reader_; }
  /// What was read is to be taken for a reply in this phase.
  void take(codes::Phase phase);

  int code() const { return reader_.code(); }
  bool refuses() const { return code() >= 400; }
  /// With their codes, as they came: for the protocol alone.
  std::vector<std::string_view> lines() const { return reader_.lines(); }

  /// Whether masked() may change something.
  bool quotes_secret() const { return quotes_secret_; }
  std::string masked(std::string_view words) const;
  codes::Reply reply() const;
  /// reply(), classified by what the server really said.
  codes::Failure refusal(codes::Phase phase) const;
  /// The reply makes no sense: "not an answer to EHLO".
  codes::Failure unexpected(std::string_view what) const;
  /// The same in other words, masked and cut to a few lines.
  codes::Failure protocol_error(std::string message) const;

 private:
  SecretMask::Where where() const;

  const ClientOptions& options_;
  SecretMask secrets_;
  ReplyReader reader_;
  codes::Phase phase_ = codes::Phase::greeting;
  bool quotes_secret_ = false;
};

}  // namespace gatepost::smtp
