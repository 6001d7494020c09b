#include <pybind11/stl.h>

#include "bind_rules.hpp"
#include "bindings.hpp"
#include "gatepost/crypto/certificate.hpp"
#include "gatepost/sink/sink.hpp"
#include "letter_filter.hpp"
#include "of_one_process.hpp"
#include "os_error.hpp"
#include "seconds.hpp"
#include "sink_options.hpp"
#include "text.hpp"
#include "without_gil.hpp"

namespace gatepost::bindings {

namespace {

using sink::Sink;
using sink::StoredLetter;
// pybind11 keeps no pointers to const; what is bound below only reads.
using MutableLetterPtr = std::shared_ptr<StoredLetter>;
constexpr std::chrono::seconds a_century{std::chrono::hours(24) * 36'500};

py::list texts(const std::vector<std::string>& all) {
  py::list list;
  for (const auto& one : all) list.append(to_text(one));
  return list;
}

py::object tls_of(const smtp::ServerPeer& peer) {
  if (!peer.tls) return py::none();
  return py::make_tuple(peer.tls->version, peer.tls->cipher);
}

py::tuple client_of(const smtp::ServerPeer& peer) { return py::make_tuple(peer.address, peer.port); }

py::list as_list(const std::vector<sink::LetterPtr>& letters) {
  py::list list;
  for (const auto& letter : letters) list.append(std::const_pointer_cast<StoredLetter>(letter));
  return list;
}

crypto::CertificatePair pair_of(const py::dict& pair) {
  return {py::cast<std::string>(pair["certificate_pem"]), py::cast<std::string>(pair["key_pem"])};
}

/// The system refused (OSError) or an option is wrong (InputError).
[[noreturn]] void throw_start_error(const net::ListenError& error) {
  if (error.by_system) throw_os_error(error.message, error.system_error);
  throw InputException{{{}, error.message}};
}

HeldWhereMade<Sink> start(sink::SinkOptions options) {
  auto sink = [&] {
    const WithoutGil without;
    return Sink::start(std::move(options));
  }();
  if (!sink) throw_start_error(sink.error());
  return HeldWhereMade<Sink>(sink->release());
}

py::list letters(Sink& self, std::string to, std::string from, std::string subject, std::uint64_t after) {
  const auto filter = letter_filter(std::move(to), std::move(from), std::move(subject));
  const auto found = [&] {
    const WithoutGil without;
    return self.inbox().select(filter, after);
  };
  return as_list(found());
}

/// Runs a wait without the GIL; `waiting` gets the question to ask now and then, which Ctrl-C answers with no.
template <class Waiting>
py::list wait_with_signals(const Waiting& waiting) {
  bool interrupted = false;
  std::vector<sink::LetterPtr> found;
  {
    WithoutGil without;
    found = waiting([&] {
      interrupted = without.interrupted();
      return !interrupted;
    });
  }
  if (interrupted) throw py::error_already_set();
  return as_list(found);
}

py::list wait(Sink& self, std::size_t count, double timeout, std::string to, std::string from, std::string subject) {
  const auto limit = from_seconds(timeout, "timeout");
  const auto filter = letter_filter(std::move(to), std::move(from), std::move(subject));
  return wait_with_signals([&](const auto& go_on) { return self.inbox().wait(count, filter, limit, go_on); });
}

py::list undecided(Sink& self, double timeout) {
  const auto limit = from_seconds(timeout, "timeout");
  return wait_with_signals([&](const auto& go_on) { return self.undecided(limit, go_on); });
}

// Under the GIL: who looks at these letters in Python does not see them change half way.
void decide_letters(Sink& self, const std::vector<std::uint64_t>& ids, std::vector<std::string> replies) {
  if (ids.size() != replies.size()) throw InputException{{{}, "replies takes as many as there are ids"}};
  std::vector<sink::LetterDecision> decisions;
  decisions.reserve(ids.size());
  for (std::size_t i = 0; i < ids.size(); ++i) decisions.push_back({ids[i], std::move(replies[i])});
  if (auto decided = self.decide_letters(decisions); !decided) throw InputException{decided.error()};
}

void reload_certificate(Sink& self, const py::dict& certificate, const std::map<std::string, py::dict>& by_name) {
  auto pair = server_certificate(certificate);
  auto named = server_certificates(by_name);
  const auto reloaded = [&] {
    const WithoutGil without;
    return self.reload(std::move(pair), std::move(named));
  };
  if (const auto result = reloaded(); !result) throw InputException{{{}, result.error()}};
}

py::list sessions(Sink& self) {
  const auto taken = [&] {
    const WithoutGil without;
    return self.sessions();
  };
  py::list list;
  for (const auto& session : taken()) {
    py::dict row;
    row["session_id"] = session.peer.session_id;
    row["client"] = client_of(session.peer);
    row["helo"] = to_text(session.peer.helo);
    row["user"] = to_text(session.peer.user);
    row["tls"] = tls_of(session.peer);
    row["mechanism"] = session.peer.mechanism;
    row["transcript"] = to_text(session.transcript);
    row["warnings"] = texts(session.warnings);
    row["end"] = to_text(session.end);
    row["opened"] = to_unix_seconds(session.opened);
    row["closed"] = to_unix_seconds(session.closed);
    row["letters"] = session.letters;
    row["rules"] = texts(session.rules);
    list.append(row);
  }
  return list;
}

void close(const py::object& self) {
  if (auto* const sink = made_here<Sink>(self)) {
    const WithoutGil without;
    sink->close();
  }
}

void bind_letter(py::module_& m) {
  py::class_<StoredLetter, MutableLetterPtr>(m, "StoredLetter")
      .def_readonly("id", &StoredLetter::id)
      .def_property_readonly("raw", [](const StoredLetter& self) { return py::bytes(self.raw); })
      .def_property_readonly("mail_from", [](const StoredLetter& self) { return to_text(self.envelope.mail_from); })
      .def_property_readonly("rcpt_to", [](const StoredLetter& self) { return texts(self.envelope.rcpt_to); })
      .def_property_readonly("mail_params", [](const StoredLetter& self) { return texts(self.envelope.mail_params); })
      .def_property_readonly("rcpt_params",
                             [](const StoredLetter& self) {
                               py::list all;
                               for (const auto& params : self.envelope.rcpt_params) all.append(texts(params));
                               return all;
                             })
      .def_property_readonly("bare_newlines", [](const StoredLetter& self) { return self.envelope.bare_newlines; })
      .def_property_readonly("nul_octets", [](const StoredLetter& self) { return self.envelope.nul_octets; })
      .def_property_readonly("smtp_utf8", [](const StoredLetter& self) { return self.envelope.smtp_utf8; })
      .def_property_readonly("session_id", [](const StoredLetter& self) { return self.peer.session_id; })
      .def_property_readonly("client", [](const StoredLetter& self) { return client_of(self.peer); })
      .def_property_readonly("helo", [](const StoredLetter& self) { return to_text(self.peer.helo); })
      .def_property_readonly("user", [](const StoredLetter& self) { return to_text(self.peer.user); })
      .def_property_readonly("mechanism", [](const StoredLetter& self) { return self.peer.mechanism; })
      .def_property_readonly("tls", [](const StoredLetter& self) { return tls_of(self.peer); })
      .def_property_readonly("transcript", [](const StoredLetter& self) { return to_text(self.transcript); })
      .def_property_readonly("received", [](const StoredLetter& self) { return to_unix_seconds(self.received); })
      .def_property_readonly("subject", [](const StoredLetter& self) { return to_text(decoded_subject(self.raw)); })
      .def_property_readonly("rules", [](const StoredLetter& self) { return texts(self.rules); })
      .def_readonly("bounce_of", &StoredLetter::bounce_of)
      .def_property_readonly("discarded", [](const StoredLetter& self) { return to_text(self.discarded); });
}

py::dict dict_of(Result<crypto::CertificatePair, std::string> pair) {
  if (!pair) throw py::value_error(pair.error());
  py::dict dict;
  dict["certificate_pem"] = pair->certificate_pem;
  dict["key_pem"] = pair->key_pem;
  return dict;
}

}  // namespace

void bind_sink(py::module_& m) {
  using py::literals::operator""_a;
  bind_letter(m);
  bind_sink_options(m);
  bind_rules(m);
  py::class_<Sink, HeldWhereMade<Sink>> bound(m, "Sink");
  def_rules(bound);
  bound.def(py::init(&start), "options"_a)
      .def_property_readonly("port", &Sink::port)
      .def("add_user", &Sink::add_user, "login"_a, "password"_a)
      .def("letters", &letters, "to"_a = "*", "from_"_a = "*", "subject"_a = "", "after"_a = 0)
      .def("discarded", [](Sink& self) { return as_list(self.inbox().discarded()); })
      .def("wait", &wait, "count"_a, "timeout"_a, "to"_a = "*", "from_"_a = "*", "subject"_a = "")
      .def("sessions", &sessions)
      .def("undecided", &undecided, "timeout"_a)
      .def("decide_letters", &decide_letters, "ids"_a, "replies"_a)
      .def("reload_certificate", &reload_certificate, "certificate"_a, "by_name"_a = std::map<std::string, py::dict>{})
      .def("clear", [](Sink& self) { self.inbox().clear(); })
      .def_property_readonly("received", [](Sink& self) { return self.inbox().received(); })
      .def_property_readonly("evicted", [](Sink& self) { return self.inbox().evicted(); })
      .def(
          "advance_clock",
          [](Sink& self, double seconds) {
            const auto by = from_seconds(seconds, "seconds", a_century);
            const WithoutGil without;
            self.advance_clock(by);
          },
          "seconds"_a)
      .def("now", [](Sink& self) { return to_unix_seconds(self.clock().now()); })
      .def("close", &close);

  m.def(
      "make_authority",
      [](const std::string& name, int hours) {
        return dict_of(crypto::make_authority(name, std::chrono::hours(hours)));
      },
      "common_name"_a, "hours"_a);
  m.def(
      "make_server_certificate",
      [](const py::dict& authority, const std::vector<std::string>& names, int hours) {
        return dict_of(crypto::make_server_certificate(pair_of(authority), names, std::chrono::hours(hours)));
      },
      "authority"_a, "names"_a, "hours"_a);
  m.def(
      "make_client_certificate",
      [](const py::dict& authority, const std::string& name, int hours) {
        return dict_of(crypto::make_client_certificate(pair_of(authority), name, std::chrono::hours(hours)));
      },
      "authority"_a, "common_name"_a, "hours"_a);
}

}  // namespace gatepost::bindings
