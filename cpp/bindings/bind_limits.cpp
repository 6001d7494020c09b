#include "bind_limits.hpp"

#include <pybind11/stl.h>

#include "gatepost/engine/account_limiter.hpp"
#include "gatepost/engine/limiter_registry.hpp"
#include "gatepost/engine/token_queue.hpp"
#include "of_one_process.hpp"
#include "seconds.hpp"

namespace gatepost::bindings {

namespace {

using engine::AccountLimiter;
using engine::Limit;
using engine::LimiterRegistry;
using engine::TokenQueue;
using engine::TokenSource;

using Window = std::pair<std::uint32_t, double>;

double seconds_of(std::chrono::nanoseconds time) { return std::chrono::duration<double>(time).count(); }

std::chrono::nanoseconds nanoseconds_of(double seconds) {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::duration<double>(seconds));
}

Window window_of(const Limit& limit) { return {limit.most, seconds_of(limit.window)}; }

std::shared_ptr<AccountLimiter> make_limiter(std::string host, std::uint16_t port, std::string login,
                                             const std::vector<Window>& windows) {
  std::vector<Limit> limits;
  for (const auto& [most, window] : windows) limits.push_back({most, from_seconds(window, "limits")});
  return make_shared_where_made<AccountLimiter>(
      std::move(limits), LimiterRegistry::process().usage({std::move(host), port, std::move(login)}));
}

std::vector<Window> windows_of(const AccountLimiter& self) {
  std::vector<Window> windows;
  for (const auto& limit : self.limits()) windows.push_back(window_of(limit));
  return windows;
}

py::object outlook(AccountLimiter& self, std::size_t nth) {
  const auto hold = self.outlook(nth);
  if (!hold) return py::none();
  py::dict result;
  result["limit"] = hold->limit ? py::cast(window_of(*hold->limit)) : py::none();
  result["wait"] = hold->wait ? py::cast(seconds_of(*hold->wait)) : py::none();
  result["at_least"] = seconds_of(hold->at_least);
  return result;
}

std::vector<double> sent_ago(const AccountLimiter& self) {
  std::vector<double> seconds;
  for (const auto ago : self.usage()->sent_ago()) seconds.push_back(seconds_of(ago));
  return seconds;
}

void refuse(AccountLimiter& self, const Window& limit, double wait, double at_least, double again) {
  TokenSource::Grant none;
  none.hold = {Limit{limit.first, from_seconds(limit.second, "limit")}, nanoseconds_of(wait), nanoseconds_of(at_least),
               nanoseconds_of(again)};
  self.grant(none);
}

py::tuple take(TokenQueue& self) {
  const auto told = self.take();
  py::list ended;
  for (const auto& slot : told.ended) ended.append(py::make_tuple(seconds_of(slot.ago), slot.letters));
  return py::make_tuple(told.wanted, ended);
}

}  // namespace

void bind_limits(py::module_& m) {
  m.def("account_in_one_spelling", [](std::string host, std::uint16_t port, std::string login) {
    auto key = engine::in_one_spelling({std::move(host), port, std::move(login)});
    return py::make_tuple(key.host, key.port, key.login);
  });
  py::class_<TokenQueue, std::shared_ptr<TokenQueue>>(m, "TokenQueue")
      .def(py::init<>())
      .def("fileno", &TokenQueue::event_fd)
      .def("take", &take)
      .def("wake", &TokenQueue::wake);
  py::class_<AccountLimiter, std::shared_ptr<AccountLimiter>>(m, "AccountLimiter")
      .def(py::init(&make_limiter), py::arg("host"), py::arg("port"), py::arg("login"), py::arg("limits"))
      .def_property_readonly("limits", &windows_of)
      .def_property_readonly("limited", &AccountLimiter::limited)
      .def("sent_ago", &sent_ago)
      .def_property_readonly("counting_since",
                             [](const AccountLimiter& self) -> std::optional<double> {
                               const auto since = self.usage()->counting_since();
                               return since ? std::optional(to_unix_seconds(*since)) : std::nullopt;
                             })
      .def("outlook", &outlook, py::arg("nth") = 1)
      .def(
          "set_source",
          [](AccountLimiter& self, std::shared_ptr<TokenQueue> source) { self.set_source(std::move(source)); },
          py::arg("source").none(true))
      .def(
          "grant",
          [](AccountLimiter& self, std::uint32_t tokens, double valid_for) {
            self.grant({tokens, nanoseconds_of(valid_for)});
          },
          py::arg("tokens"), py::arg("valid_for"))
      .def("refuse", &refuse, py::arg("limit"), py::arg("wait"), py::arg("at_least"), py::arg("again"))
      .def(
          "renew", [](AccountLimiter& self, double valid_for) { self.renew(nanoseconds_of(valid_for)); },
          py::arg("valid_for"))
      .def("return_reserved", &AccountLimiter::return_reserved)
      .def("held", [](AccountLimiter& self) {
        const auto held = self.held();
        return py::make_tuple(held.reserved, held.in_flight);
      });
}

}  // namespace gatepost::bindings
