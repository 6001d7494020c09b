#include "bind_session.hpp"

#include <pybind11/stl.h>

#include <cmath>

#include "gatepost/smtp/client/session.hpp"
#include "seconds.hpp"
#include "text.hpp"

namespace gatepost::bindings {

namespace {

using smtp::LetterRequests;
using smtp::SessionFacts;
using smtp::TlsFacts;

constexpr double most_held = 999'999'999;  // nine digits: RFC 2852 §4, RFC 4865 §4

[[noreturn]] void refuse(const char* where, std::string what) { throw InputException{{where, std::move(what)}}; }

[[noreturn]] void must_take(const char* where, const std::string& what) {
  throw InputException{{{}, std::string(where) + " takes " + what}};
}

void must_be_printable(const char* where, const std::string& text, std::size_t most) {
  if (text.size() > most) refuse(where, "has more than " + std::to_string(most) + " bytes");
  for (const char c : text) {
    if (c < ' ' || c > '~') must_take(where, "printable ASCII");
  }
}

LetterRequests::Return parse_return(const std::string& name) {
  if (name.empty()) return LetterRequests::Return::unspecified;
  if (name == "full") return LetterRequests::Return::full;
  if (name == "headers") return LetterRequests::Return::headers;
  must_take("dsn_return", "one of full, headers, not '" + name + "'");
}

smtp::DsnNotify parse_notify(const std::vector<std::string>& names) {
  smtp::DsnNotify notify;
  for (const auto& name : names) {
    if (name == "never") {
      notify.never = true;
    } else if (name == "success") {
      notify.success = true;
    } else if (name == "failure") {
      notify.failure = true;
    } else if (name == "delay") {
      notify.delay = true;
    } else {
      must_take("notify", "one of never, success, failure, delay, not '" + name + "'");
    }
  }
  if (names.empty()) refuse("notify", "is empty; use 'never' to ask for no notifications");
  if (notify.never && (notify.success || notify.failure || notify.delay)) {
    refuse("notify", "'never' cannot be combined with the others (RFC 3461 §4.1)");
  }
  return notify;
}

std::vector<std::string> parse_original_recipients(std::vector<std::string> addresses) {
  for (auto& address : addresses) {
    must_be_printable("original_recipients", address, 500);
    const auto semicolon = address.find(';');
    if (semicolon == 0 || semicolon + 1 == address.size()) {
      refuse("original_recipients", "'" + address + "' is not of the form type;address");
    }
  }
  return addresses;
}

smtp::DeliverBy parse_deliver_by(const std::tuple<double, std::string, bool>& given) {
  const auto& [seconds, mode, trace] = given;
  smtp::DeliverBy by;
  if (mode != "notify" && mode != "return") must_take("deliver_by", "one of notify, return, not '" + mode + "'");
  by.mode = mode == "return" ? smtp::DeliverBy::Mode::return_ : smtp::DeliverBy::Mode::notify;
  if (!(std::abs(seconds) <= most_held)) must_take("deliver_by", "at most 999999999 seconds");
  by.seconds = static_cast<std::int32_t>(seconds);
  if (mode == "return" && by.seconds <= 0) must_take("deliver_by", "more than 0 seconds in mode return");
  by.trace = trace;
  return by;
}

std::shared_ptr<LetterRequests> make_requests(const std::string& dsn_return, std::string envelope_id,
                                              const std::optional<std::vector<std::string>>& notify,
                                              std::vector<std::string> original_recipients, bool require_tls,
                                              std::optional<int> priority,
                                              const std::optional<std::tuple<double, std::string, bool>>& deliver_by,
                                              std::optional<double> hold_for, std::optional<double> hold_until,
                                              bool binary) {
  auto requests = std::make_shared<LetterRequests>();
  requests->dsn_return = parse_return(dsn_return);
  must_be_printable("envelope_id", envelope_id, 100);
  requests->envelope_id = std::move(envelope_id);
  if (notify) requests->notify = parse_notify(*notify);
  requests->original_recipients = parse_original_recipients(std::move(original_recipients));
  requests->require_tls = require_tls;
  if (priority && (*priority < -9 || *priority > 9)) {
    must_take("priority", "a whole number from -9 to 9, not " + std::to_string(*priority));
  }
  requests->priority = priority;
  if (deliver_by) requests->deliver_by = parse_deliver_by(*deliver_by);
  if (hold_for && hold_until) refuse("hold_until", "cannot be combined with hold_for");
  if (hold_for) {
    if (!(*hold_for >= 1 && *hold_for <= most_held)) must_take("hold_for", "a number of seconds from 1 to 999999999");
    requests->hold_for = std::chrono::seconds(std::llround(*hold_for));
  }
  if (hold_until) {
    requests->hold_until = time_from_unix(*hold_until, "hold_until");
    if (*hold_until < 0) refuse("hold_until", "must not be before 1970");
  }
  requests->binary = binary;
  return requests;
}

template <class T, std::string T::*member>
py::str text_member(const T& self) {
  return to_text(self.*member);
}

py::list extensions(const SessionFacts& self) {
  py::list lines;
  for (const auto& line : self.extensions) lines.append(to_text(line));
  return lines;
}

py::dict timings(const SessionFacts& self) {
  const auto seconds = [](std::chrono::microseconds t) { return std::chrono::duration<double>(t).count(); };
  py::dict result;
  result["dns"] = seconds(self.timings.dns);
  result["connect"] = seconds(self.timings.connect);
  result["tls"] = seconds(self.timings.tls);
  result["greeting"] = seconds(self.timings.greeting);
  result["ehlo"] = seconds(self.timings.ehlo);
  result["auth"] = seconds(self.timings.auth);
  return result;
}

}  // namespace

void bind_session(py::module_& m) {
  py::class_<TlsFacts>(m, "TlsFacts")
      .def_property_readonly("version", &text_member<TlsFacts, &TlsFacts::version>)
      .def_property_readonly("cipher", &text_member<TlsFacts, &TlsFacts::cipher>)
      .def_readonly("resumed", &TlsFacts::resumed)
      .def_readonly("verified", &TlsFacts::verified)
      .def_property_readonly("peer_subject", &text_member<TlsFacts, &TlsFacts::peer_subject>)
      .def_property_readonly("peer_issuer", &text_member<TlsFacts, &TlsFacts::peer_issuer>)
      .def_property_readonly("peer_not_after", &text_member<TlsFacts, &TlsFacts::peer_not_after>)
      .def_property_readonly("server_name", &text_member<TlsFacts, &TlsFacts::server_name>);

  py::class_<SessionFacts, std::shared_ptr<SessionFacts>>(m, "SessionFacts")
      .def_property_readonly("greeting", &text_member<SessionFacts, &SessionFacts::greeting>)
      .def_property_readonly("server", &text_member<SessionFacts, &SessionFacts::server>)
      .def_property_readonly("extensions", &extensions)
      .def_readonly("max_message_bytes", &SessionFacts::max_message_bytes)
      .def_property_readonly("limits",
                             [](const SessionFacts& self) {
                               return std::tuple(self.limits.mail_max, self.limits.rcpt_max,
                                                 self.limits.rcpt_domain_max);
                             })
      .def_property_readonly("auth_mechanism", &text_member<SessionFacts, &SessionFacts::auth_mechanism>)
      .def_readonly("tls", &SessionFacts::tls)
      .def_property_readonly("timings", &timings);

  py::class_<LetterRequests, std::shared_ptr<LetterRequests>>(m, "LetterRequests")
      .def(py::init(&make_requests), py::kw_only(), py::arg("dsn_return") = "", py::arg("envelope_id") = "",
           py::arg("notify") = py::none(), py::arg("original_recipients") = std::vector<std::string>(),
           py::arg("require_tls") = false, py::arg("priority") = py::none(), py::arg("deliver_by") = py::none(),
           py::arg("hold_for") = py::none(), py::arg("hold_until") = py::none(), py::arg("binary") = false);
}

}  // namespace gatepost::bindings
