#include "batch.hpp"

#include "text.hpp"

namespace gatepost::bindings {

namespace {

/// pybind11 gives the one object there is for it already.
py::object session_of(const smtp::LetterOutcome& letter) {
  if (!letter.session) return py::none();
  return py::cast(std::const_pointer_cast<smtp::SessionFacts>(letter.session));
}

py::tuple timings_of(const smtp::LetterTimings& timings) {
  const auto seconds = [](std::chrono::microseconds t) { return std::chrono::duration<double>(t).count(); };
  return py::make_tuple(seconds(timings.mail), seconds(timings.rcpt), seconds(timings.data), seconds(timings.final));
}

}  // namespace

py::dict to_batch(const std::vector<engine::Outcome>& outcomes) {
  py::list ticket, lane, recipient, accepted, failure, code, enhanced, reply, queue_id, message_id, untouched, started,
      ended, bytes, transcript, session, timings;
  for (const auto& outcome : outcomes) {
    const auto& letter = outcome.letter;
    const auto letter_transcript = to_text(letter.transcript);
    const auto letter_queue_id = to_text(letter.queue_id);
    const auto letter_message_id = to_text(outcome.message_id);
    const auto letter_session = session_of(letter);
    const auto letter_timings = timings_of(letter.timings);
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
        const auto& said = row.reply ? *row.reply : letter.final_reply;
        code.append(said.code);
        enhanced.append(said.enhanced ? said.enhanced->to_string() : std::string());
        reply.append(to_text(said.text()));
      }
      queue_id.append(row.reply ? to_text(row.queue_id) : letter_queue_id);
      message_id.append(letter_message_id);
      untouched.append(letter.untouched);
      started.append(to_unix_seconds(outcome.started));
      ended.append(to_unix_seconds(outcome.ended));
      bytes.append(outcome.bytes);
      transcript.append(letter_transcript);
      session.append(letter_session);
      timings.append(letter_timings);
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
  batch["session"] = session;
  batch["timings"] = timings;
  return batch;
}

}  // namespace gatepost::bindings
