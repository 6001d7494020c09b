#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "gatepost/engine/merge_batch.hpp"
#include "gatepost/mime/compose.hpp"
#include "gatepost/smtp/client/letter_requests.hpp"

namespace gatepost::engine {

/// Bytes composed beforehand.
struct Prebuilt {
  std::shared_ptr<const std::string> data;
};

/// A letter composed by the engine when a connection is ready for it: what all letters of a campaign share, and what is
/// this recipient's own.
struct Personal {
  std::shared_ptr<const mime::LetterContent> shared;
  mime::Mailbox to;
  std::string subject;
  std::optional<std::string> text;
  std::optional<std::string> html;
  std::string message_id;
  std::string letter_id;
  std::vector<std::shared_ptr<const mime::Part>> attachments;  ///< besides the shared ones
};

/// One row of a merge, rendered when a connection is ready for it.
struct Merged {
  std::shared_ptr<const MergeBatch> batch;
  std::size_t row = 0;
};

/// One letter to send, and the ticket under which its outcome returns.
struct Job {
  std::uint64_t ticket = 0;
  std::string mail_from;
  std::vector<std::string> rcpt_to;
  bool all_or_nothing = false;
  std::variant<Prebuilt, Personal, Merged> letter;
  std::shared_ptr<const smtp::LetterRequests> requests{};  ///< DSN, REQUIRETLS ...; null: none
};

}  // namespace gatepost::engine
