#include "batch.hpp"

#include <concepts>

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

/// A column of known length.
class Column {
 public:
  explicit Column(std::size_t rows) : list_(rows) {}

  void add(py::object value) { PyList_SET_ITEM(list_.ptr(), next_++, value.release().ptr()); }

  template <class T>
  requires(!std::derived_from<T, py::object>) void add(const T& value) { add(py::object(py::cast(value))); }

  const py::list& list() const { return list_; }

 private:
  py::list list_;
  py::ssize_t next_ = 0;
};

/// Enhanced codes as text; the one that most rows have is made once.
class EnhancedTexts {
 public:
  py::str of(const std::optional<codes::EnhancedCode>& code) {
    if (!code) return none_;
    if (code != last_) {
      text_ = py::str(code->to_string());
      last_ = code;
    }
    return text_;
  }

 private:
  py::str none_{""};
  std::optional<codes::EnhancedCode> last_;
  py::str text_ = none_;
};

}  // namespace

py::dict to_batch(const std::vector<engine::Outcome>& outcomes) {
  std::size_t rows = 0;
  for (const auto& outcome : outcomes) rows += outcome.letter.recipients.size();
  Column ticket(rows), lane(rows), recipient(rows), accepted(rows), failure(rows), code(rows), enhanced(rows),
      reply(rows), queue_id(rows), message_id(rows), untouched(rows), tried(rows), paused_until(rows), started(rows),
      ended(rows), bytes(rows), transcript(rows), session(rows), timings(rows);
  EnhancedTexts enhanced_texts;
  for (const auto& outcome : outcomes) {
    const auto& letter = outcome.letter;
    const auto letter_transcript = to_text(letter.transcript);
    const auto letter_queue_id = to_text(letter.queue_id);
    const auto letter_message_id = to_text(outcome.message_id);
    const auto letter_session = session_of(letter);
    const auto letter_timings = timings_of(letter.timings);
    const auto letter_paused_until =
        outcome.paused_until ? py::object(py::float_(to_unix_seconds(*outcome.paused_until))) : py::none();
    for (const auto& row : letter.recipients) {
      ticket.add(outcome.ticket);
      lane.add(outcome.lane);
      recipient.add(to_text(row.address));
      accepted.add(row.accepted);
      if (row.failure) {
        failure.add(*row.failure);
        code.add(row.failure->code);
        enhanced.add(enhanced_texts.of(row.failure->enhanced));
        reply.add(to_text(row.failure->server_text));
      } else {
        failure.add(py::none());
        const auto& said = row.reply ? *row.reply : letter.final_reply;
        code.add(said.code);
        enhanced.add(enhanced_texts.of(said.enhanced));
        reply.add(to_text(said.text()));
      }
      queue_id.add(row.reply ? to_text(row.queue_id) : letter_queue_id);
      message_id.add(letter_message_id);
      untouched.add(letter.untouched);
      tried.add(outcome.tried);
      paused_until.add(letter_paused_until);
      started.add(to_unix_seconds(outcome.started));
      ended.add(to_unix_seconds(outcome.ended));
      bytes.add(outcome.bytes);
      transcript.add(letter_transcript);
      session.add(letter_session);
      timings.add(letter_timings);
    }
  }
  py::dict batch;
  batch["ticket"] = ticket.list();
  batch["lane"] = lane.list();
  batch["recipient"] = recipient.list();
  batch["accepted"] = accepted.list();
  batch["failure"] = failure.list();
  batch["code"] = code.list();
  batch["enhanced"] = enhanced.list();
  batch["reply"] = reply.list();
  batch["queue_id"] = queue_id.list();
  batch["message_id"] = message_id.list();
  batch["untouched"] = untouched.list();
  batch["tried"] = tried.list();
  batch["paused_until"] = paused_until.list();
  batch["started"] = started.list();
  batch["ended"] = ended.list();
  batch["bytes"] = bytes.list();
  batch["transcript"] = transcript.list();
  batch["session"] = session.list();
  batch["timings"] = timings.list();
  return batch;
}

}  // namespace gatepost::bindings
