#include <pybind11/stl.h>

#include "batch.hpp"
#include "bind_limits.hpp"
#include "bind_session.hpp"
#include "bindings.hpp"
#include "gatepost/core/text_gate.hpp"
#include "gatepost/engine/engine.hpp"
#include "lane_options.hpp"
#include "letter_bytes.hpp"
#include "of_one_process.hpp"
#include "os_error.hpp"
#include "seconds.hpp"
#include "text.hpp"
#include "without_gil.hpp"

namespace gatepost::bindings {

namespace {

using engine::Engine;
using engine::Journal;
using engine::OutcomeQueue;
using std::chrono::milliseconds;

/// Waits without the GIL, in slices short enough for Ctrl-C; a slice also ends the patience for more than one.
bool wait_for_outcomes(OutcomeQueue& queue, double timeout, std::size_t at_least) {
  constexpr milliseconds slice{100};
  const auto end = std::chrono::steady_clock::now() + from_seconds(timeout, "timeout");
  for (;;) {
    const auto left = std::chrono::ceil<milliseconds>(end - std::chrono::steady_clock::now());
    bool there = false;
    {
      const WithoutGil without;
      there = queue.wait_for(std::clamp(left, milliseconds(0), slice), at_least);
    }
    if (PyErr_CheckSignals() != 0) throw py::error_already_set();
    if (there || left <= slice) return there;
  }
}

template <class T>
void must_match(const std::vector<T>& column, std::size_t rows, const char* name) {
  if (column.size() != rows) {
    throw InputException{{name, "has " + std::to_string(column.size()) + " rows, tickets has " + std::to_string(rows)}};
  }
}

template <class T>
void must_match(const std::optional<std::vector<T>>& column, std::size_t rows, const char* name) {
  if (column) must_match(*column, rows, name);
}

void submit_prebuilt(Engine& self, engine::LaneId lane, std::shared_ptr<OutcomeQueue> queue,
                     const std::vector<std::uint64_t>& tickets, std::vector<std::string> mail_from,
                     std::vector<std::vector<std::string>> rcpt_to, const py::sequence& data, bool all_or_nothing,
                     std::optional<std::vector<std::shared_ptr<smtp::LetterRequests>>> requests, bool insists) {
  must_match(mail_from, tickets.size(), "mail_from");
  must_match(rcpt_to, tickets.size(), "rcpt_to");
  must_match(requests, tickets.size(), "requests");
  if (data.size() != tickets.size()) throw InputException{{"data", "must have as many rows as tickets"}};
  std::vector<engine::Job> jobs;
  jobs.reserve(tickets.size());
  for (std::size_t i = 0; i < tickets.size(); ++i) {
    jobs.push_back({tickets[i], std::move(mail_from[i]), std::move(rcpt_to[i]), all_or_nothing,
                    engine::Prebuilt{shared_bytes(py::object(data[i]))}, requests ? std::move((*requests)[i]) : nullptr,
                    insists});
  }
  const WithoutGil without;
  self.submit(lane, std::move(jobs), std::move(queue));
}

using Texts = std::vector<std::string>;
using Parts = std::vector<std::shared_ptr<mime::Part>>;

void submit_merge(Engine& self, engine::LaneId lane, std::shared_ptr<OutcomeQueue> queue,
                  std::shared_ptr<Journal> journal, std::shared_ptr<mime::MergeProgram> program,
                  const std::string& mail_from, const std::vector<std::uint64_t>& tickets, Texts to_address,
                  Texts to_name, Texts message_id, std::optional<Texts> letter_id, std::vector<Texts> columns,
                  std::optional<std::vector<Parts>> attachments) {
  const auto rows = tickets.size();
  must_match(to_address, rows, "to_address");
  must_match(to_name, rows, "to_name");
  must_match(message_id, rows, "message_id");
  must_match(letter_id, rows, "letter_id");
  must_match(attachments, rows, "attachments");
  if (columns.size() != program->columns()) {
    throw InputException{{"columns", "are " + std::to_string(columns.size()) + ", the program has " +
                                         std::to_string(program->columns())}};
  }
  for (const auto& column : columns) must_match(column, rows, "columns");
  const WithoutGil without;
  auto batch = std::make_shared<engine::MergeBatch>();
  batch->program = std::move(program);
  batch->to_address = std::move(to_address);
  batch->to_name = std::move(to_name);
  batch->message_id = std::move(message_id);
  if (letter_id) batch->letter_id = *std::move(letter_id);
  batch->columns = std::move(columns);
  if (attachments) {
    for (const auto& parts : *attachments) batch->attachments.emplace_back(parts.begin(), parts.end());
  }
  std::vector<engine::Job> jobs;
  jobs.reserve(rows);
  for (std::size_t i = 0; i < rows; ++i) {
    jobs.push_back({tickets[i], mail_from, {batch->to_address[i]}, false, engine::Merged{batch, i}});
  }
  self.submit(lane, std::move(jobs), std::move(queue), std::move(journal));
}

py::list pauses_of(const engine::LaneStatus& status) {
  py::list found;
  for (const auto& pause : status.pauses) {
    py::dict one;
    one["sender"] = pause.sender ? py::object(to_text(*pause.sender)) : py::none();
    one["failure"] = pause.why;
    one["since"] = to_unix_seconds(pause.since);
    one["until"] = to_unix_seconds(pause.until);
    found.append(std::move(one));
  }
  return found;
}

py::dict status(Engine& self, engine::LaneId lane) {
  engine::LaneStatus now;
  {
    const WithoutGil without;
    now = self.status(lane);
  }
  py::dict result;
  result["queued"] = now.queued;
  result["in_flight"] = now.in_flight;
  result["connections"] = now.connections;
  result["left"] = now.left;
  result["must_ask"] = now.must_ask;
  const auto until = now.held ? now.held->until : std::nullopt;
  result["next_free"] = until ? py::cast(to_unix_seconds(*until)) : py::none();
  result["most_connections"] = now.most_connections;
  const auto limit = now.held ? now.held->limit : std::nullopt;
  result["used_up"] =
      limit ? py::object(py::make_tuple(limit->most, std::chrono::duration<double>(limit->window).count()))
            : py::none();
  result["paused"] = now.paused ? py::cast(*now.paused) : py::none();
  result["pauses"] = pauses_of(now);
  return result;
}

smtp::Question::Verb parse_verb(const std::string& name) {
  using Verb = smtp::Question::Verb;
  if (name == "noop") return Verb::noop;
  if (name == "vrfy") return Verb::vrfy;
  if (name == "expn") return Verb::expn;
  if (name == "help") return Verb::help;
  if (name == "etrn") return Verb::etrn;
  throw InputException{{{}, "command takes one of noop, vrfy, expn, help, etrn, not '" + name + "'"}};
}

void check(Engine& self, engine::LaneId lane, std::uint64_t ticket, std::shared_ptr<OutcomeQueue> queue,
           const std::vector<std::pair<std::string, std::string>>& questions) {
  std::vector<smtp::Question> asked;
  for (const auto& [verb, argument] : questions) {
    if (auto error = check_line("argument", argument)) throw InputException{std::move(*error)};
    asked.push_back({parse_verb(verb), argument});
  }
  const WithoutGil without;
  self.check(lane, ticket, std::move(asked), std::move(queue));
}

void cancel(const py::object& self, std::shared_ptr<OutcomeQueue> queue, std::optional<std::uint64_t> first,
            std::uint64_t count) {
  if (auto* const engine = made_here<Engine>(self)) {
    const WithoutGil without;
    engine->cancel(queue, first, count);
  }
}

void stop(const py::object& self, double grace) {
  auto* const engine = made_here<Engine>(self);
  const auto patience = from_seconds(grace, "grace");
  if (!engine) return;
  bool interrupted = false;
  {
    WithoutGil without;
    engine->stop(patience, [&] {
      interrupted = interrupted || without.interrupted();
      return !interrupted;
    });
  }
  if (interrupted) throw py::error_already_set();
}

std::shared_ptr<Journal> create_journal(const std::string& path) {
  auto created = Journal::create(path);
  if (!created) throw_os_error(created.error().message, created.error().number);
  return *std::move(created);
}

void leave_to_parent(const py::object& journal) {
  py::detail::type_caster_base<Journal> caster;  // one that lets a parent's pass
  if (caster.load(journal, false)) static_cast<Journal&>(caster).leave_to_parent();
}

void continue_in(Journal& self, const std::string& path) {
  if (const auto error = self.continue_in(path)) throw_os_error(error->message, error->number);
}

py::tuple replay_journal(const std::vector<std::string>& paths) {
  auto replay = Journal::replay(paths);
  if (!replay) throw_os_error(replay.error().message, replay.error().number);
  std::vector<engine::Outcome> known;
  py::list in_doubt;
  for (auto& [ticket, outcome] : replay->tickets) {
    if (outcome) {
      known.push_back(std::move(*outcome));
    } else {
      in_doubt.append(ticket);
    }
  }
  return py::make_tuple(to_batch(known), in_doubt, replay->damaged);
}

}  // namespace

void bind_engine(py::module_& m) {
  bind_session(m);

  py::class_<OutcomeQueue, std::shared_ptr<OutcomeQueue>>(m, "OutcomeQueue")
      .def(py::init(&make_shared_where_made<OutcomeQueue>))
      .def("fileno", &OutcomeQueue::event_fd)
      .def("wait", &wait_for_outcomes, py::arg("timeout"), py::arg("at_least") = 1)
      .def(
          "drain", [](OutcomeQueue& self, std::size_t max) { return to_batch(self.drain(max)); },
          py::arg("max") = 10'000);

  py::class_<Journal, std::shared_ptr<Journal>>(m, "Journal")
      .def(py::init(&create_journal), py::arg("path"))
      .def_property_readonly("error", &Journal::error)
      .def_property_readonly("size", &Journal::size)
      .def("continue_in", &continue_in, py::arg("path"))
      .def_static("leave_to_parent", &leave_to_parent, py::arg("journal"))
      .def_static("replay", &replay_journal, py::arg("paths"));

  bind_limits(m);
  bind_lane_options(m);
  py::class_<Engine, HeldWhereMade<Engine>>(m, "Engine")
      .def(py::init(&make_where_made<Engine>))
      .def("add_lane", &Engine::add_lane, py::arg("options"), py::call_guard<WithoutGil>())
      .def("submit_prebuilt", &submit_prebuilt, py::arg("lane"), py::arg("queue"), py::arg("tickets"),
           py::arg("mail_from"), py::arg("rcpt_to"), py::arg("data"), py::arg("all_or_nothing") = false,
           py::arg("requests") = py::none(), py::arg("insists") = false)
      .def("submit_merge", &submit_merge, py::arg("lane"), py::arg("queue"), py::arg("journal").none(true),
           py::arg("program").none(false), py::arg("mail_from"), py::kw_only(), py::arg("tickets"),
           py::arg("to_address"), py::arg("to_name"), py::arg("message_id"), py::arg("letter_id") = py::none(),
           py::arg("columns"), py::arg("attachments") = py::none())
      .def("status", &status, py::arg("lane"))
      .def(
          "remember_sent",
          [](Engine& self, engine::LaneId lane, const std::vector<double>& at) {
            std::vector<TimePoint> times;
            times.reserve(at.size());
            for (const double t : at) times.push_back(time_from_unix(t, "at"));
            const WithoutGil without;
            self.remember_sent(lane, times);
          },
          py::arg("lane"), py::arg("at"))
      .def("cancel", &cancel, py::arg("queue"), py::arg("first") = py::none(), py::arg("count") = 1)
      .def("check", &check, py::arg("lane"), py::arg("ticket"), py::arg("queue"),
           py::arg("questions") = std::vector<std::pair<std::string, std::string>>())
      .def("resume", &Engine::resume, py::arg("lane"), py::call_guard<WithoutGil>())
      .def(
          "set_access_token",
          [](Engine& self, engine::LaneId lane, std::string token) { self.set_access_token(lane, std::move(token)); },
          py::arg("lane"), py::arg("token"), py::call_guard<WithoutGil>())
      .def("stop", &stop, py::arg("grace") = 0.0);
}

}  // namespace gatepost::bindings
