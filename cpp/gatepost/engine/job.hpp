#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "gatepost/engine/merge_batch.hpp"
#include "gatepost/smtp/client/letter_requests.hpp"

namespace gatepost::engine {

/// Bytes composed beforehand.
struct Prebuilt {
  std::shared_ptr<const std::string> data;
};

/// One row of a merge, rendered when a connection is ready for it.
struct Merged {
  std::shared_ptr<const MergeBatch> batch;
  std::size_t row = 0;
};

/// Where a letter's bytes come from.
using LetterSource = std::variant<Prebuilt, Merged>;

/// One letter to send, and the ticket under which its outcome returns.
struct Job {
  std::uint64_t ticket = 0;
  std::string mail_from;
  std::vector<std::string> rcpt_to;
  bool all_or_nothing = false;
  LetterSource letter;
  std::shared_ptr<const smtp::LetterRequests> requests{};  ///< DSN, REQUIRETLS ...; null: none
  bool insists = false;  ///< somebody asks for this one letter: it is tried, once, where a pause holds others back

  /// Whether the letter goes as it is, line ends and all (BINARYMIME).
  bool binary() const { return requests && requests->binary; }
};

}  // namespace gatepost::engine
