#include "sink_options.hpp"

#include <pybind11/stl.h>

#include "def_seconds.hpp"
#include "gatepost/sink/sink.hpp"

namespace gatepost::bindings {

namespace {

using net::ListenOptions;
using sink::SinkOptions;
using smtp::Leniency;
using smtp::ServerExtensions;
using smtp::ServerLimits;
using smtp::ServerOptions;

void bind_extensions(py::module_& m) {
  py::class_<ServerExtensions>(m, "ServerExtensions")
      .def(py::init<>())
      .def_readwrite("pipelining", &ServerExtensions::pipelining)
      .def_readwrite("size", &ServerExtensions::size)
      .def_readwrite("eight_bit_mime", &ServerExtensions::eight_bit_mime)
      .def_readwrite("smtp_utf8", &ServerExtensions::smtp_utf8)
      .def_readwrite("enhanced_status_codes", &ServerExtensions::enhanced_status_codes)
      .def_readwrite("dsn", &ServerExtensions::dsn)
      .def_readwrite("chunking", &ServerExtensions::chunking)
      .def_readwrite("binary_mime", &ServerExtensions::binary_mime)
      .def_readwrite("require_tls", &ServerExtensions::require_tls)
      .def_readwrite("limits", &ServerExtensions::limits)
      .def_readwrite("mt_priority", &ServerExtensions::mt_priority)
      .def_readwrite("deliver_by", &ServerExtensions::deliver_by)
      .def_readwrite("etrn", &ServerExtensions::etrn)
      .def_readwrite("vrfy", &ServerExtensions::vrfy)
      .def_readwrite("help", &ServerExtensions::help)
      .def_property(
          "future_release", [](const ServerExtensions& self) { return self.future_release.has_value(); },
          [](ServerExtensions& self, bool offered) {
            self.future_release = offered ? ServerExtensions().future_release : std::nullopt;
          });
}

void bind_leniency(py::module_& m) {
  py::class_<Leniency>(m, "Leniency")
      .def(py::init<>())
      .def_readwrite("bare_newlines", &Leniency::bare_newlines)
      .def_readwrite("nul_octets", &Leniency::nul_octets)
      .def_readwrite("bare_lf_commands", &Leniency::bare_lf_commands)
      .def_readwrite("missing_brackets", &Leniency::missing_brackets)
      .def_readwrite("spaces_in_path", &Leniency::spaces_in_path)
      .def_readwrite("unknown_parameters", &Leniency::unknown_parameters)
      .def_readwrite("early_talk", &Leniency::early_talk)
      .def_readwrite("bad_pipelining", &Leniency::bad_pipelining)
      .def_readwrite("bad_helo", &Leniency::bad_helo);
}

void bind_limits(py::module_& m) {
  py::class_<ServerLimits>(m, "ServerLimits")
      .def(py::init<>())
      .def_readwrite("message_bytes", &ServerLimits::message_bytes)
      .def_readwrite("recipients", &ServerLimits::recipients)
      .def_readwrite("line_bytes", &ServerLimits::line_bytes)
      .def_readwrite("errors", &ServerLimits::errors)
      .def_readwrite("auth_failures", &ServerLimits::auth_failures)
      .def_readwrite("idle_commands", &ServerLimits::idle_commands)
      .def_readwrite("commands", &ServerLimits::commands)
      .def_readwrite("letters", &ServerLimits::letters)
      .def_readwrite("recipient_domains", &ServerLimits::recipient_domains)
      .def_readwrite("transcript_bytes", &ServerLimits::transcript_bytes)
      .def_readwrite("warnings", &ServerLimits::warnings);
}

void bind_session_options(py::module_& m) {
  py::class_<ServerOptions>(m, "ServerOptions")
      .def(py::init<>())
      .def_readwrite("host_name", &ServerOptions::host_name)
      .def_readwrite("lmtp", &ServerOptions::lmtp)
      .def_readwrite("implicit_tls", &ServerOptions::implicit_tls)
      .def_readwrite("require_tls", &ServerOptions::require_tls)
      .def_readwrite("require_auth", &ServerOptions::require_auth)
      .def_readwrite("mechanisms", &ServerOptions::mechanisms)
      .def_readwrite("extensions", &ServerOptions::extensions)
      .def_readwrite("leniency", &ServerOptions::leniency)
      .def_readwrite("limits", &ServerOptions::limits);
}

py::dict to_dict(const net::ServerCertificate& certificate) {
  py::dict pair;
  pair["certificate_pem"] = certificate.certificate_pem;
  pair["key_pem"] = certificate.key_pem;
  return pair;
}

void bind_listen_options(py::module_& m) {
  py::class_<ListenOptions> listen(m, "ListenOptions");
  def_seconds(listen, "command_deadline", &ListenOptions::command_deadline);
  def_seconds(listen, "letter_deadline", &ListenOptions::letter_deadline);
  def_seconds(listen, "write_deadline", &ListenOptions::write_deadline);
  listen.def(py::init<>())
      .def_readwrite("host", &ListenOptions::host)
      .def_readwrite("port", &ListenOptions::port)
      .def_readwrite("unix_path", &ListenOptions::unix_path)
      .def_property(
          "certificate", [](const ListenOptions& self) { return to_dict(self.certificate); },
          [](ListenOptions& self, const py::dict& pair) { self.certificate = server_certificate(pair); })
      .def_property(
          "certificates_by_name",
          [](const ListenOptions& self) {
            std::map<std::string, py::dict> by_name;
            for (const auto& [name, certificate] : self.certificates_by_name) by_name[name] = to_dict(certificate);
            return by_name;
          },
          [](ListenOptions& self, const std::map<std::string, py::dict>& by_name) {
            self.certificates_by_name = server_certificates(by_name);
          })
      .def_readwrite("client_ca_pem", &ListenOptions::client_ca_pem)
      .def_readwrite("min_tls", &ListenOptions::min_tls)
      .def_readwrite("min_letter_rate", &ListenOptions::min_letter_rate)
      .def_readwrite("max_sessions", &ListenOptions::max_sessions)
      .def_readwrite("max_sessions_per_address", &ListenOptions::max_sessions_per_address)
      .def_readwrite("proxies", &ListenOptions::proxies)
      .def_readwrite("xclient_from", &ListenOptions::xclient_from)
      .def_readwrite("session", &ListenOptions::session);
}

}  // namespace

net::ServerCertificate server_certificate(const py::dict& pair) {
  return {py::cast<std::string>(pair["certificate_pem"]), py::cast<std::string>(pair["key_pem"])};
}

std::map<std::string, net::ServerCertificate> server_certificates(const std::map<std::string, py::dict>& by_name) {
  std::map<std::string, net::ServerCertificate> certificates;
  for (const auto& [name, pair] : by_name) certificates.emplace(name, server_certificate(pair));
  return certificates;
}

void bind_sink_options(py::module_& m) {
  bind_extensions(m);
  bind_leniency(m);
  bind_limits(m);
  bind_session_options(m);
  bind_listen_options(m);
  py::class_<SinkOptions>(m, "SinkOptions")
      .def(py::init<>())
      .def_readwrite("listen", &SinkOptions::listen)
      .def_readwrite("users", &SinkOptions::users)
      .def_readwrite("seed", &SinkOptions::seed)
      .def_readwrite("max_inbox_bytes", &SinkOptions::max_inbox_bytes)
      .def_readwrite("allow", &SinkOptions::allow)
      .def_readwrite("no_auth_from", &SinkOptions::no_auth_from)
      .def_readwrite("etrn_replies", &SinkOptions::etrn_replies)
      .def_property(
          "authority", [](const SinkOptions& self) { return to_dict(self.authority); },
          [](SinkOptions& self, const py::dict& pair) { self.authority = server_certificate(pair); })
      .def_readwrite("decide_letters", &SinkOptions::decide_letters);
}

}  // namespace gatepost::bindings
