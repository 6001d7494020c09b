#pragma once
#include <memory>
#include <mutex>
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
/// author's domain chooses. For any number of threads at once.
class Preparer {
 public:
  Preparer(SignerChoice signers, std::optional<std::uint64_t> max_bytes)
      : signers_(std::move(signers)), max_bytes_(max_bytes) {}

  /// Whether there is anything to do for such a letter but to look at its size.
  bool has_work(const LetterSource& letter) const {
    return std::holds_alternative<Merged>(letter) || !signers_.empty();
  }
  /// `binary`: the line ends of prebuilt bytes go as they are. The failure is local and of this letter alone:
  /// message_malformed, message_too_large with its signatures, or system_full where there is no memory for it. Throws
  /// nothing else: whoever makes letters goes on with the next.
  Result<PreparedLetter, codes::Failure> prepare(const LetterSource& letter, bool binary, TimePoint now);

 private:
  Result<PreparedLetter, codes::Failure> make(const LetterSource& letter, bool binary, TimePoint now);
  Result<PreparedLetter, InputError> merged(const Merged& letter, TimePoint now);
  Result<PreparedLetter, InputError> prebuilt(const Prebuilt& letter, bool binary, TimePoint now) const;
  dkim::BodyHashes known_hashes(const std::shared_ptr<const mime::MergeProgram>& program);
  void remember(const std::shared_ptr<const mime::MergeProgram>& program, const dkim::BodyHashes& hashes);

  SignerChoice signers_;
  std::optional<std::uint64_t> max_bytes_;
  std::mutex mutex_;
  // Of the program whose letters were made last, where all have one body.
  std::weak_ptr<const mime::MergeProgram> program_;
  dkim::BodyHashes hashes_;
};

}  // namespace gatepost::engine
