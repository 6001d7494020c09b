#include "lane_options.hpp"

#include <pybind11/stl.h>

#include "seconds.hpp"

namespace gatepost::bindings {

namespace {

using engine::Engine;

smtp::Security parse_security(const std::string& name) {
  if (name == "none") return smtp::Security::none;
  if (name == "starttls_if_offered") return smtp::Security::starttls_if_offered;
  if (name == "starttls") return smtp::Security::starttls;
  if (name == "implicit_tls") return smtp::Security::implicit_tls;
  throw InputException{{"security", "'" + name + "' is none of none, starttls_if_offered, starttls, implicit_tls"}};
}

void set_deadline(net::Deadlines& deadlines, const std::string& name, double seconds) {
  const auto value = from_seconds(seconds, "deadlines");
  if (name == "dns")
    deadlines.dns = value;
  else if (name == "connect")
    deadlines.connect = value;
  else if (name == "tls")
    deadlines.tls = value;
  else if (name == "greeting")
    deadlines.greeting = value;
  else if (name == "command")
    deadlines.command = value;
  else if (name == "data_block")
    deadlines.data_block = value;
  else if (name == "final_reply")
    deadlines.final_reply = value;
  else
    throw InputException{
        {"deadlines", "'" + name + "' is not one of dns, connect, tls, greeting, command, data_block, final_reply"}};
}

using ProxyTuple = std::tuple<std::string, std::string, std::uint16_t, std::string, std::string>;
using HeaderTuple = std::tuple<unsigned, std::string, std::uint16_t, std::string, std::uint16_t>;

net::Proxy to_proxy(const ProxyTuple& given) {
  const auto& [kind, host, port, login, password] = given;
  if (kind != "socks5" && kind != "http_connect") {
    throw InputException{{"proxy", "'" + kind + "' is none of socks5, http_connect"}};
  }
  const auto known = kind == "socks5" ? net::Proxy::Kind::socks5 : net::Proxy::Kind::http_connect;
  return {known, host, port, login, password};
}

smtp::ProxyHeader to_header(const HeaderTuple& given) {
  const auto& [version, source, source_port, destination, destination_port] = given;
  if (version != 1 && version != 2) throw InputException{{"proxy_header", "the version is 1 or 2"}};
  return {version, false, source, source_port, destination, destination_port};
}

// pybind11 keeps no pointers to const.
using SignerList = std::vector<std::shared_ptr<dkim::Signer>>;

dkim::Signers to_signers(const SignerList& given) { return {given.begin(), given.end()}; }

engine::SignerChoice to_choice(const std::vector<std::pair<std::string, SignerList>>& given,
                               const SignerList& otherwise) {
  std::vector<std::pair<std::string, dkim::Signers>> by_domain;
  by_domain.reserve(given.size());
  for (const auto& [domain, signers] : given) by_domain.emplace_back(domain, to_signers(signers));
  return engine::SignerChoice(by_domain, to_signers(otherwise));
}

engine::LaneId add_lane(Engine& self, std::string name, std::string host, std::uint16_t port,
                        const std::string& security, std::string login, std::string password, bool allow_cleartext_auth,
                        std::string helo_name, bool verify, std::string verify_name, std::string ca_pem,
                        std::string provider, bool one_round_trip, bool keep_transcript, bool lmtp,
                        std::string unix_path, std::string source_address, const std::optional<ProxyTuple>& proxy,
                        const std::optional<HeaderTuple>& proxy_header,
                        std::vector<std::pair<std::string, std::string>> xclient, std::string access_token,
                        std::string authzid, std::vector<std::string> mechanisms, std::string fallback_roots_file,
                        std::string certificate_pem, std::string key_pem, std::string min_tls, bool resume_tls,
                        bool chunking, std::uint32_t max_connections, std::uint32_t letters_per_connection, double idle,
                        const std::vector<std::pair<std::uint32_t, double>>& limits,
                        const std::map<std::string, double>& deadlines,
                        const std::vector<std::pair<std::string, SignerList>>& signers,
                        const SignerList& default_signers, std::optional<std::uint64_t> max_bytes) {
  engine::LaneOptions options;
  options.name = std::move(name);
  options.max_connections = max_connections;
  options.letters_per_connection = letters_per_connection;
  options.idle = from_seconds(idle, "idle");
  std::vector<engine::Limit> own_limits;
  for (const auto& [most, window] : limits) own_limits.push_back({most, from_seconds(window, "limits")});
  options.limiter = std::make_shared<engine::AccountLimiter>(std::move(own_limits));
  options.signers = to_choice(signers, default_signers);
  options.max_bytes = max_bytes;
  auto& connect = options.connect;
  connect.targets = {{host, port, std::move(unix_path)}};
  connect.source_address = std::move(source_address);
  if (proxy) connect.proxy = to_proxy(*proxy);
  if (proxy_header) connect.proxy_header = to_header(*proxy_header);
  connect.tls.verify = verify;
  connect.tls.verify_name = std::move(verify_name);
  connect.tls.ca_pem = std::move(ca_pem);
  connect.tls.fallback_roots_file = std::move(fallback_roots_file);
  connect.tls.certificate_pem = std::move(certificate_pem);
  connect.tls.key_pem = std::move(key_pem);
  connect.tls.min_version = std::move(min_tls);
  connect.tls.resume = resume_tls;
  for (const auto& [phase, seconds] : deadlines) set_deadline(connect.deadlines, phase, seconds);
  auto& session = connect.session;
  if (!helo_name.empty()) session.helo_name = std::move(helo_name);
  session.lmtp = lmtp;
  session.security = parse_security(security);
  session.identity.login = std::move(login);
  session.identity.password = std::move(password);
  session.identity.access_token = std::move(access_token);
  session.identity.authzid = std::move(authzid);
  session.identity.host = std::move(host);
  session.identity.port = port;
  session.mechanisms = std::move(mechanisms);
  session.client_certificate = !connect.tls.certificate_pem.empty();
  session.allow_cleartext_auth = allow_cleartext_auth;
  session.one_round_trip = one_round_trip;
  session.chunking = chunking;
  session.xclient = std::move(xclient);
  session.keep_transcript = keep_transcript;
  session.provider = std::move(provider);
  const py::gil_scoped_release release;
  return self.add_lane(std::move(options));
}

}  // namespace

void bind_add_lane(py::class_<Engine>& engine) {
  engine.def(
      "add_lane", &add_lane, py::kw_only(), py::arg("name"), py::arg("host"), py::arg("port"), py::arg("security"),
      py::arg("login") = "", py::arg("password") = "", py::arg("allow_cleartext_auth") = false,
      py::arg("helo_name") = "", py::arg("verify") = true, py::arg("verify_name") = "", py::arg("ca_pem") = "",
      py::arg("provider") = "", py::arg("one_round_trip") = false, py::arg("keep_transcript") = true,
      py::arg("lmtp") = false, py::arg("unix_path") = "", py::arg("source_address") = "", py::arg("proxy") = py::none(),
      py::arg("proxy_header") = py::none(), py::arg("xclient") = std::vector<std::pair<std::string, std::string>>(),
      py::arg("access_token") = "", py::arg("authzid") = "", py::arg("mechanisms") = std::vector<std::string>(),
      py::arg("fallback_roots_file") = "", py::arg("certificate_pem") = "", py::arg("key_pem") = "",
      py::arg("min_tls") = "1.2", py::arg("resume_tls") = true, py::arg("chunking") = false,
      py::arg("max_connections") = 4, py::arg("letters_per_connection") = 0, py::arg("idle") = 30.0,
      py::arg("limits") = std::vector<std::pair<std::uint32_t, double>>(),
      py::arg("deadlines") = std::map<std::string, double>(),
      py::arg("signers") = std::vector<std::pair<std::string, SignerList>>(), py::arg("default_signers") = SignerList(),
      py::arg("max_bytes") = py::none());
}

}  // namespace gatepost::bindings
