#pragma once
#include <optional>

#include "gatepost/smtp/client/bdat.hpp"
#include "gatepost/smtp/client/letter_record.hpp"
#include "gatepost/smtp/client/operation.hpp"
#include "gatepost/smtp/dot_encoder.hpp"

namespace gatepost::smtp {

/// The letter itself, behind DATA's 354 or in BDAT's chunks, and the replies to the whole of it: one, in LMTP one for
/// each recipient that the server accepted, in their order (RFC 2033 §4.2).
class LetterBody : public Operation {
 public:
  LetterBody(SessionContext& context, LetterRecord& record) : Operation(context), record_(record) {}

  /// Somebody is to get the letter, and the server wants it.
  void begin(bool by_bdat);
  bool begun() const { return begun_; }
  /// Its last byte was handed out for writing: from now on it may have been delivered.
  bool out() const { return out_; }

  bool write() override;
  Step on_reply(const Expected& to) override;
  void on_shutdown(const Expected& to, const codes::Failure& why) override;
  Transcript* transcript() override { return &record_.transcript; }

 private:
  void expect_finals();
  void accepted(std::size_t recipient);
  Step refused_halfway();

  LetterRecord& record_;
  std::optional<DotEncoder> encoder_;
  std::optional<Bdat> bdat_;
  bool begun_ = false;
  bool out_ = false;
};

}  // namespace gatepost::smtp
