#pragma once
#include <string>
#include <string_view>
#include <utility>
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
  explicit ServerReply(const ClientOptions& options);

  ReplyReader& reader() { return reader_; }
  /// The name by which we introduced ourselves.
  void introduced_as(std::string name) { own_name_ = std::move(name); }
  /// What was read is to be taken for a reply in this phase.
  void take(codes::Phase phase);

  int code() const { return reader_.code(); }
  bool refuses() const { return code() >= 400; }
  /// With their codes, as they came: for the protocol alone.
  std::vector<std::string_view> lines() const { return reader_.lines(); }
  /// The same for people, secrets masked.
  std::vector<std::string_view> shown_lines() const;

  /// Words that the server may have chosen.
  std::string masked(std::string_view words) const { return secrets_.masked(std::string(words), where()); }
  codes::Reply reply() const;
  /// reply(), classified by what the server really said. Where it speaks of our name, the failure says how to change
  /// that.
  codes::Failure refusal(codes::Phase phase) const;
  /// The reply makes no sense: "not an answer to EHLO".
  codes::Failure unexpected(std::string_view what) const;
  /// The same in other words, masked and cut to a few lines.
  codes::Failure protocol_error(std::string message) const;

 private:
  SecretMask::Where where() const;
  bool refuses_our_name(const codes::Failure& why) const;

  const ClientOptions& options_;
  SecretMask secrets_;
  ReplyReader reader_;
  codes::Phase phase_ = codes::Phase::greeting;
  std::string own_name_;
  std::string masked_text_;  // the reply's lines, LF behind each, where they quote a secret; otherwise empty
};

}  // namespace gatepost::smtp
