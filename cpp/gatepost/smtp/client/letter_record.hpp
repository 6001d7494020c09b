#pragma once
#include <cstddef>
#include <string_view>

#include "gatepost/smtp/client/session.hpp"
#include "gatepost/smtp/transcript.hpp"

namespace gatepost::smtp {

/// One letter and what becomes of it.
struct LetterRecord {
  LetterRecord(ClientLetter&& submitted, Transcript&& empty);

  ClientLetter letter;
  LetterOutcome outcome;
  Transcript transcript;
  std::size_t alive = 0;   ///< recipients that have not been refused
  std::size_t finals = 0;  ///< replies to the whole letter still to come
  bool done = false;       ///< the outcome is final

  std::string_view data() const { return *letter.data; }
  bool binary() const { return letter.requests != nullptr && letter.requests->binary; }

  void accept(std::size_t recipient) { outcome.recipients[recipient].accepted = true; }
  void refuse(std::size_t recipient, codes::Failure failure);
  /// Fails every recipient whose outcome is still open.
  void refuse_all(const codes::Failure& failure);
  /// With all_or_nothing, fails the other recipients where one was refused, with a failure that says so.
  void refuse_all_if_one_was();
  /// The last word on the letter.
  void end(const codes::Failure& failure);
  /// 421 in the place of a reply to the letter. LMTP's recipients of whom the server has not spoken stay in doubt.
  void shut_down(const codes::Failure& failure);
};

}  // namespace gatepost::smtp
