// The rules of sinks, as objects that Python fills in.
#include "bind_rules.hpp"

#include <pybind11/stl.h>

#include "gatepost/sink/sink.hpp"
#include "seconds.hpp"

namespace gatepost::bindings {

namespace {

using sink::Condition;
using sink::Rule;
using sink::Sink;
using TextByName = std::map<std::string, std::string>;

[[noreturn]] void refuse(std::string where, std::string what) {
  throw InputException{{std::move(where), std::move(what)}};
}

sink::Subject subject_of(const char* field, const std::string& name) {
  sink::Subject subject{};
  if (!sink::parse_subject(name, subject)) {
    refuse(field, "takes client, session, ehlo, user, from, from_domain, to or to_domain, not: " + name);
  }
  return subject;
}

smtp::TlsFault tls_fault_of(const std::string& name) {
  using Fault = smtp::TlsFault;
  static const std::map<std::string, Fault, std::less<>> faults{{"", Fault::none},
                                                                {"expired", Fault::expired},
                                                                {"wrong_name", Fault::wrong_name},
                                                                {"self_signed", Fault::self_signed},
                                                                {"old_version", Fault::old_version},
                                                                {"stall", Fault::stall},
                                                                {"junk", Fault::junk},
                                                                {"close", Fault::close}};
  const auto found = faults.find(name);
  if (found == faults.end()) {
    refuse("tls_fault", "takes expired, wrong_name, self_signed, old_version, stall, junk or close");
  }
  return found->second;
}

/// A property that is only ever written.
template <class Owner, class Value>
void def_set(py::class_<Owner>& bound, const char* name, void (*set)(Owner&, Value)) {
  bound.def_property(name, nullptr, set);
}

template <class Owner, class Member>
void def_wait(py::class_<Owner>& bound, const char* name, Member member) {
  bound.def_property(name, nullptr, [name, member](Owner& self, double seconds) {
    using Time = std::remove_reference_t<decltype(member(self))>;
    member(self) = std::chrono::ceil<Time>(from_seconds(seconds, name));
  });
}

void bind_condition(py::module_& m) {
  py::class_<Condition> bound(m, "SinkCondition");
  bound.def(py::init<>())
      .def_readwrite("from_", &Condition::from)
      .def_readwrite("to", &Condition::to)
      .def_readwrite("user", &Condition::user)
      .def_readwrite("ehlo", &Condition::ehlo)
      .def_readwrite("tls", &Condition::tls)
      .def_readwrite("subject", &Condition::subject)
      .def_readwrite("from_is_user", &Condition::from_is_user)
      .def_readwrite("attachments", &Condition::attachments)
      .def_readwrite("missing_headers", &Condition::missing_headers)
      .def_readwrite("min_bytes", &Condition::min_bytes)
      .def_readwrite("max_bytes", &Condition::max_bytes)
      .def_readwrite("any", &Condition::any)
      .def_readwrite("none", &Condition::none);
  def_set<Condition, const std::vector<std::string>&>(bound, "client",
                                                      [](Condition& self, const std::vector<std::string>& networks) {
                                                        auto blocks = net::AddressBlocks::parse(networks);
                                                        if (!blocks) refuse("client", blocks.error());
                                                        self.client = *std::move(blocks);
                                                      });
  def_set<Condition, const TextByName&>(bound, "headers", [](Condition& self, const TextByName& globs) {
    self.headers.assign(globs.begin(), globs.end());
  });
  def_set<Condition, const std::string&>(bound, "schedule", [](Condition& self, const std::string& text) {
    auto schedule = sink::Schedule::parse(text);
    if (!schedule) refuse("schedule", schedule.error());
    self.schedule = *schedule;
  });
  def_set<Condition, const TextByName&>(bound, "where", [](Condition& self, const TextByName& comparisons) {
    self.where.clear();
    for (const auto& [name, text] : comparisons) {
      sink::Comparison comparison{.name = name};
      if (!sink::parse_comparison(text, comparison)) {
        refuse("where[" + name + "]", "takes a comparison with a number, such as \"<= 0\", not: " + text);
      }
      self.where.push_back(std::move(comparison));
    }
  });
  def_set<Condition, const TextByName&>(bound, "listed", [](Condition& self, const TextByName& lists) {
    self.listed.clear();
    for (const auto& [subject, list] : lists) self.listed.emplace_back(subject_of("listed", subject), list);
  });
}

void bind_rule(py::module_& m) {
  py::class_<Rule> bound(m, "SinkRule");
  bound.def(py::init<>())
      .def_readwrite("name", &Rule::name)
      .def_readwrite("when", &Rule::when)
      .def_readwrite("reply", &Rule::reply)
      .def_readwrite("discard", &Rule::discard)
      .def_readwrite("close", &Rule::close)
      .def_readwrite("go_on", &Rule::go_on)
      .def_readwrite("bounce", &Rule::bounce);
  def_set<Rule, const std::string&>(bound, "phase", [](Rule& self, const std::string& name) {
    const auto phase = codes::parse_phase(name);
    if (!phase) refuse("phase", "takes one of connect, tls, ehlo, auth, mail, rcpt, data, final");
    self.phase = *phase;
  });
  def_set<Rule, const std::vector<std::string>&>(bound, "per", [](Rule& self, const std::vector<std::string>& names) {
    self.counting.per.clear();
    for (const auto& name : names) self.counting.per.push_back(subject_of("per", name));
  });
  def_set<Rule, std::uint32_t>(bound, "nth", [](Rule& self, std::uint32_t nth) { self.counting.nth = nth; });
  def_set<Rule, std::uint32_t>(bound, "times", [](Rule& self, std::uint32_t times) { self.counting.times = times; });
  def_set<Rule, std::uint32_t>(bound, "over", [](Rule& self, std::uint32_t over) { self.counting.over = over; });
  def_set<Rule, double>(bound, "odds", [](Rule& self, double odds) { self.counting.odds = odds; });
  def_wait(
      bound, "within", [](Rule & self) -> auto& { return self.counting.within; });
  def_wait(
      bound, "greylist", [](Rule & self) -> auto& { return self.counting.greylist; });
  def_wait(
      bound, "delay", [](Rule & self) -> auto& { return self.delay; });
  def_wait(
      bound, "tarpit", [](Rule & self) -> auto& { return self.tarpit; });
  def_wait(
      bound, "bounce_after", [](Rule & self) -> auto& { return self.bounce_after; });
  def_wait(
      bound, "dribble", [](Rule & self) -> auto& { return self.mischief.dribble; });
  def_set<Rule, bool>(bound, "half", [](Rule& self, bool half) { self.mischief.half = half; });
  def_set<Rule, bool>(bound, "reset", [](Rule& self, bool reset) { self.mischief.reset = reset; });
  def_set<Rule, std::uint64_t>(bound, "letter_rate",
                               [](Rule& self, std::uint64_t rate) { self.mischief.letter_rate = rate; });
  def_set<Rule, const std::vector<std::string>&>(
      bound, "hide", [](Rule& self, const std::vector<std::string>& words) { self.mischief.hidden = words; });
  def_set<Rule, const std::string&>(bound, "tls_fault",
                                    [](Rule& self, const std::string& name) { self.tls_fault = tls_fault_of(name); });
  bound.def(
      "add_change",
      [](Rule& self, std::string name, double by, bool for_each_recipient) {
        self.changes.push_back({std::move(name), by, for_each_recipient});
      },
      py::arg("name"), py::arg("by"), py::arg("for_each_recipient"));
  def_set<Rule, const TextByName&>(bound, "enlist", [](Rule& self, const TextByName& lists) {
    self.enlist.clear();
    for (const auto& [subject, list] : lists) self.enlist.emplace_back(subject_of("enlist", subject), list);
  });
}

std::uint64_t add_rule(Sink& self, const Rule& rule) {
  auto checked = sink::check_rule(rule);
  if (!checked) throw InputException{checked.error()};
  return self.rules().add(*std::move(checked));
}

}  // namespace

void bind_rules(py::module_& m) {
  bind_condition(m);
  bind_rule(m);
}

void def_rules(py::class_<Sink, HeldWhereMade<Sink>>& bound) {
  using py::literals::operator""_a;
  bound.def("add_rule", &add_rule, "rule"_a)
      .def(
          "remove_rule", [](Sink& self, std::uint64_t id) { return self.rules().remove(id); }, "rule_id"_a)
      .def("clear_rules", [](Sink& self) { self.rules().clear(); })
      .def(
          "rule_hits", [](Sink& self, std::uint64_t id) { return self.rules().hits(id); }, "rule_id"_a)
      .def("numbers", [](Sink& self) { return self.rules().state().numbers(); })
      .def(
          "set_number", [](Sink& self, const std::string& name, double value) { self.rules().set_number(name, value); },
          "name"_a, "value"_a)
      .def("lists",
           [](Sink& self) {
             std::map<std::string, std::vector<std::string>> lists;
             const auto state = self.rules().state();
             for (const auto& [name, values] : state.lists()) lists[name].assign(values.begin(), values.end());
             return lists;
           })
      .def(
          "set_list",
          [](Sink& self, const std::string& name, const std::vector<std::string>& values) {
            self.rules().set_list(name, values);
          },
          "name"_a, "values"_a);
}

}  // namespace gatepost::bindings
