#include "lane_options.hpp"

#include <pybind11/stl.h>

#include <algorithm>
#include <array>

#include "def_seconds.hpp"
#include "gatepost/engine/engine.hpp"
#include "gatepost/net/machine_name.hpp"
#include "without_gil.hpp"

namespace gatepost::bindings {

namespace {

using engine::LaneOptions;
using net::ConnectOptions;
using net::Deadlines;
using net::Proxy;
using net::Target;
using net::TlsClientOptions;
using smtp::ClientOptions;
using smtp::ProxyHeader;
using smtp::SaslIdentity;
using smtp::Security;

template <class Value, std::size_t count>
using Names = std::array<std::pair<std::string_view, Value>, count>;

constexpr Names<Security, 4> securities{{{"none", Security::none},
                                         {"starttls_if_offered", Security::starttls_if_offered},
                                         {"starttls", Security::starttls},
                                         {"implicit_tls", Security::implicit_tls}}};
constexpr Names<Proxy::Kind, 2> proxy_kinds{
    {{"socks5", Proxy::Kind::socks5}, {"http_connect", Proxy::Kind::http_connect}}};

/// A member that Python reads and sets by the name of its value.
template <class Owner, class Value, std::size_t count>
void def_named(py::class_<Owner>& bound, const char* attribute, Value Owner::*member,
               const Names<Value, count>& names) {
  bound.def_property(
      attribute,
      [member, &names](const Owner& self) {
        return std::find_if(names.begin(), names.end(), [&](const auto& one) { return one.second == self.*member; })
            ->first;
      },
      [member, &names, attribute](Owner& self, std::string_view name) {
        const auto* found =
            std::find_if(names.begin(), names.end(), [&](const auto& one) { return one.first == name; });
        if (found == names.end()) throw InputException{{attribute, "there is no '" + std::string(name) + "'"}};
        self.*member = found->second;
      });
}

// pybind11 keeps no pointers to const.
using SignerList = std::vector<std::shared_ptr<dkim::Signer>>;

dkim::Signers to_signers(const SignerList& given) { return {given.begin(), given.end()}; }

engine::SignerChoice make_choice(const std::vector<std::pair<std::string, SignerList>>& by_domain,
                                 const SignerList& otherwise) {
  std::vector<std::pair<std::string, dkim::Signers>> domains;
  domains.reserve(by_domain.size());
  for (const auto& [domain, signers] : by_domain) domains.emplace_back(domain, to_signers(signers));
  return engine::SignerChoice(domains, to_signers(otherwise));
}

void bind_deadlines(py::module_& m) {
  py::class_<Deadlines> deadlines(m, "Deadlines");
  deadlines.def(py::init<>());
  def_seconds(deadlines, "dns", &Deadlines::dns);
  def_seconds(deadlines, "connect", &Deadlines::connect);
  def_seconds(deadlines, "tls", &Deadlines::tls);
  def_seconds(deadlines, "greeting", &Deadlines::greeting);
  def_seconds(deadlines, "command", &Deadlines::command);
  def_seconds(deadlines, "data_block", &Deadlines::data_block);
  def_seconds(deadlines, "final_reply", &Deadlines::final_reply);
}

void bind_tls(py::module_& m) {
  py::class_<TlsClientOptions>(m, "TlsClientOptions")
      .def(py::init<>())
      .def_readwrite("verify", &TlsClientOptions::verify)
      .def_readwrite("verify_name", &TlsClientOptions::verify_name)
      .def_readwrite("ca_pem", &TlsClientOptions::ca_pem)
      .def_readwrite("fallback_roots_file", &TlsClientOptions::fallback_roots_file)
      .def_readwrite("certificate_pem", &TlsClientOptions::certificate_pem)
      .def_readwrite("key_pem", &TlsClientOptions::key_pem)
      .def_readwrite("min_version", &TlsClientOptions::min_version)
      .def_readwrite("resume", &TlsClientOptions::resume);
}

void bind_proxies(py::module_& m) {
  py::class_<Proxy> proxy(m, "Proxy");
  def_named(proxy, "kind", &Proxy::kind, proxy_kinds);
  proxy.def(py::init<>())
      .def_readwrite("host", &Proxy::host)
      .def_readwrite("port", &Proxy::port)
      .def_readwrite("login", &Proxy::login)
      .def_readwrite("password", &Proxy::password)
      .def_readwrite("shown", &Proxy::shown);
  py::class_<ProxyHeader>(m, "ProxyHeader")
      .def(py::init<>())
      .def_readwrite("version", &ProxyHeader::version)
      .def_readwrite("source", &ProxyHeader::source)
      .def_readwrite("source_port", &ProxyHeader::source_port)
      .def_readwrite("destination", &ProxyHeader::destination)
      .def_readwrite("destination_port", &ProxyHeader::destination_port);
}

void bind_session_options(py::module_& m) {
  py::class_<SaslIdentity>(m, "SaslIdentity")
      .def(py::init<>())
      .def_readwrite("login", &SaslIdentity::login)
      .def_readwrite("password", &SaslIdentity::password)
      .def_readwrite("access_token", &SaslIdentity::access_token)
      .def_readwrite("authzid", &SaslIdentity::authzid)
      .def_readwrite("host", &SaslIdentity::host)
      .def_readwrite("port", &SaslIdentity::port);
  py::class_<ClientOptions> session(m, "ClientOptions");
  def_named(session, "security", &ClientOptions::security, securities);
  session.def(py::init<>())
      .def_readwrite("helo_name", &ClientOptions::helo_name)
      .def_readwrite("lmtp", &ClientOptions::lmtp)
      .def_readwrite("identity", &ClientOptions::identity)
      .def_readwrite("mechanisms", &ClientOptions::mechanisms)
      .def_readwrite("client_certificate", &ClientOptions::client_certificate)
      .def_readwrite("allow_cleartext_auth", &ClientOptions::allow_cleartext_auth)
      .def_readwrite("one_round_trip", &ClientOptions::one_round_trip)
      .def_readwrite("chunking", &ClientOptions::chunking)
      .def_readwrite("without", &ClientOptions::without)
      .def_readwrite("xclient", &ClientOptions::xclient)
      .def_readwrite("keep_transcript", &ClientOptions::keep_transcript)
      .def_readwrite("provider", &ClientOptions::provider);
}

void bind_connect_options(py::module_& m) {
  py::class_<Target>(m, "Target")
      .def(py::init<>())
      .def_readwrite("host", &Target::host)
      .def_readwrite("port", &Target::port)
      .def_readwrite("unix_path", &Target::unix_path)
      .def_readwrite("shown", &Target::shown);
  py::class_<ConnectOptions>(m, "ConnectOptions")
      .def(py::init<>())
      .def_readwrite("targets", &ConnectOptions::targets)
      .def_readwrite("source_address", &ConnectOptions::source_address)
      .def_readwrite("proxy", &ConnectOptions::proxy)
      .def_readwrite("proxy_header", &ConnectOptions::proxy_header)
      .def_readwrite("tls", &ConnectOptions::tls)
      .def_readwrite("deadlines", &ConnectOptions::deadlines)
      .def_readwrite("session", &ConnectOptions::session);
}

}  // namespace

void bind_lane_options(py::module_& m) {
  bind_deadlines(m);
  bind_tls(m);
  bind_proxies(m);
  bind_session_options(m);
  bind_connect_options(m);
  m.def(
      "machine_name", [](double patience) { return net::machine_name(from_seconds(patience, "patience")); },
      py::arg("patience"), py::call_guard<WithoutGil>());
  py::class_<engine::SignerChoice>(m, "SignerChoice")
      .def(py::init(&make_choice), py::arg("by_domain"), py::arg("otherwise"));
  py::class_<LaneOptions> lane(m, "LaneOptions");
  def_seconds(lane, "idle", &LaneOptions::idle);
  def_seconds(lane, "cap_holds", &LaneOptions::cap_holds);
  lane.def(py::init<>())
      .def_readwrite("name", &LaneOptions::name)
      .def_readwrite("connect", &LaneOptions::connect)
      .def_readwrite("max_connections", &LaneOptions::max_connections)
      .def_readwrite("letters_per_connection", &LaneOptions::letters_per_connection)
      .def_readwrite("limiter", &LaneOptions::limiter)
      .def_readwrite("signers", &LaneOptions::signers)
      .def_readwrite("max_bytes", &LaneOptions::max_bytes);
}

}  // namespace gatepost::bindings
