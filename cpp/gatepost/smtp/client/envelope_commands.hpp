#pragma once
#include <cstddef>
#include <cstdint>

#include "gatepost/smtp/client/letter_body.hpp"
#include "gatepost/smtp/client/letter_plan.hpp"
#include "gatepost/smtp/client/letter_record.hpp"
#include "gatepost/smtp/client/operation.hpp"

namespace gatepost::smtp {

/// MAIL, RCPT and DATA for one letter: pipelined where the server takes it, with DATA among them where one round trip
/// is all that a letter may cost. Once it is known who gets the letter, its body begins.
class EnvelopeCommands : public Operation {
 public:
  EnvelopeCommands(SessionContext& context, LetterRecord& record, const LetterPlan& plan, LetterBody& body)
      : Operation(context), record_(record), plan_(plan), body_(body) {}

  void begin();
  bool begun() const { return begun_; }
  Step on_reply(const Expected& to) override;
  void on_shutdown(const Expected& /*to*/, const codes::Failure& why) override { record_.shut_down(why); }
  Transcript* transcript() override { return &record_.transcript; }

 private:
  enum Part : std::uint8_t { mail, rcpt, data };

  void write_mail();
  void write_rcpt();
  void write_data();
  Step on_mail();
  Step on_rcpt(std::size_t recipient);
  Step on_data();
  Step recipients_answered();
  Step finish();

  LetterRecord& record_;
  const LetterPlan& plan_;
  LetterBody& body_;
  std::uint32_t next_rcpt_ = 0;  // the first recipient whose RCPT has not been written
  std::size_t pending_ = 0;      // replies to MAIL and RCPT still to come
  bool begun_ = false;
  bool data_written_ = false;
  bool opened_ = false;  // MAIL or a RCPT was accepted: without a letter behind them, RSET is due
};

}  // namespace gatepost::smtp
