#pragma once
#include <memory>
#include <optional>
#include <string>

#include "gatepost/codes/failure.hpp"
#include "gatepost/core/clock.hpp"
#include "gatepost/core/result.hpp"
#include "gatepost/engine/job.hpp"
#include "gatepost/engine/signer_choice.hpp"

namespace gatepost::engine {

/// A letter as it is sent.
struct PreparedLetter {
  std::shared_ptr<const std::string> data;
  std::string message_id;  ///< without <>; "" for prebuilt bytes
};

/// Makes the bytes of one account's letters: merges them, or takes the prebuilt ones, and has them signed by whom their
/// author's domain chooses. For one thread.
class Preparer {
 public:
  Preparer(SignerChoice signers, std::optional<std::uint64_t> max_bytes)
      : signers_(std::move(signers)), max_bytes_(max_bytes) {}

  /// The failure is local and of this letter alone: message_malformed, or message_too_large with its signatures.
  Result<PreparedLetter, codes::Failure> prepare(const Job& job, TimePoint now);

 private:
  Result<PreparedLetter, InputError> merged(const Merged& letter, TimePoint now);
  Result<PreparedLetter, InputError> prebuilt(const Job& job, TimePoint now) const;
  dkim::BodyHashes* shared_hashes(const Merged& letter);

  SignerChoice signers_;
  std::optional<std::uint64_t> max_bytes_;
  // Of the program whose letters were made last, where all have one body.
  std::weak_ptr<const mime::MergeProgram> program_;
  dkim::BodyHashes hashes_;
};

}  // namespace gatepost::engine
