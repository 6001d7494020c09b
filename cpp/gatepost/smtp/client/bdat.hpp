#pragma once
#include <cstddef>

#include "gatepost/smtp/client/letter_record.hpp"
#include "gatepost/smtp/client/operation.hpp"

namespace gatepost::smtp {

/// A letter in chunks (RFC 3030). The replies to all but the last one come here; that to the last is the letter's.
class Bdat : public Operation {
 public:
  Bdat(SessionContext& context, LetterRecord& record) : Operation(context), record_(record) {}

  /// The last chunk makes the letter a letter, so it waits until all others were accepted; those ride together where
  /// the server takes pipelined commands.
  bool write() override;
  Step on_reply(const Expected& to) override;
  void on_shutdown(const Expected& /*to*/, const codes::Failure& why) override { record_.shut_down(why); }
  Transcript* transcript() override { return &record_.transcript; }

 private:
  LetterRecord& record_;
  std::size_t at_ = 0;       // the first byte that no chunk holds yet
  std::size_t pending_ = 0;  // replies to chunks still to come
};

}  // namespace gatepost::smtp
