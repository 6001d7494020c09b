#include "batch.hpp"

#include "text.hpp"

namespace gatepost::bindings {

py::dict to_batch(const std::vector<engine::Outcome>& outcomes) {
  py::list ticket, lane, recipient, accepted, failure, code, enhanced, reply, queue_id, message_id, untouched, started,
      ended, bytes, transcript;
  for (const auto& outcome : outcomes) {
    const auto& letter = outcome.letter;
    const auto letter_transcript = to_text(letter.transcript);
    const auto letter_queue_id = to_text(letter.queue_id);
    const auto letter_message_id = to_text(outcome.message_id);
    for (const auto& row : letter.recipients) {
      ticket.append(outcome.ticket);
      lane.append(outcome.lane);
      recipient.append(to_text(row.address));
      accepted.append(row.accepted);
      if (row.failure) {
        failure.append(py::cast(*row.failure));
        code.append(row.failure->code);
        enhanced.append(row.failure->enhanced ? row.failure->enhanced->to_string() : std::string());
        reply.append(to_text(row.failure->server_text));
      } else {
        failure.append(py::none());
        code.append(letter.final_reply.code);
        enhanced.append(letter.final_reply.enhanced ? letter.final_reply.enhanced->to_string() : std::string());
        reply.append(to_text(letter.final_reply.text()));
      }
      queue_id.append(letter_queue_id);
      message_id.append(letter_message_id);
      untouched.append(letter.untouched);
      started.append(to_unix_seconds(outcome.started));
      ended.append(to_unix_seconds(outcome.ended));
      bytes.append(outcome.bytes);
      transcript.append(letter_transcript);
    }
  }
  py::dict batch;
  batch["ticket"] = ticket;
  batch["lane"] = lane;
  batch["recipient"] = recipient;
  batch["accepted"] = accepted;
  batch["failure"] = failure;
  batch["code"] = code;
  batch["enhanced"] = enhanced;
  batch["reply"] = reply;
  batch["queue_id"] = queue_id;
  batch["message_id"] = message_id;
  batch["untouched"] = untouched;
  batch["started"] = started;
  batch["ended"] = ended;
  batch["bytes"] = bytes;
  batch["transcript"] = transcript;
  return batch;
}

}  // namespace gatepost::bindings
