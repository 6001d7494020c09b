#include "gatepost/net/machine_name.hpp"

#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <future>
#include <memory>
#include <system_error>
#include <thread>

#include "gatepost/core/ascii.hpp"

namespace gatepost::net {
namespace {

std::string host_name() {
  std::array<char, 256> name{};
  return gethostname(name.data(), name.size() - 1) == 0 ? std::string(name.data()) : std::string();
}

std::string canonical_name(const std::string& name) {
  addrinfo hints{};
  hints.ai_flags = AI_CANONNAME;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (name.empty() || getaddrinfo(name.c_str(), nullptr, &hints, &found) != 0) return {};
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(found, &freeaddrinfo);
  return found->ai_canonname != nullptr ? std::string(found->ai_canonname) : std::string();
}

std::string public_or_none(std::string name) {
  if (name.ends_with('.')) name.pop_back();
  return is_public_name(name) ? name : std::string();
}

/// The system's answer may take as long as its DNS servers are silent.
std::shared_future<std::string> look_up() {
  const auto own = host_name();
  std::promise<std::string> promise;
  auto answer = promise.get_future().share();
  if (auto name = public_or_none(own); !name.empty()) {
    promise.set_value(std::move(name));
    return answer;
  }
  try {
    std::thread([own, promise = std::move(promise)]() mutable {
      promise.set_value(public_or_none(canonical_name(own)));
    }).detach();
  } catch (const std::system_error&) {  // no thread to be had: the promise is broken
  }
  return answer;
}

bool is_label(std::string_view label) {
  return !label.empty() && label.size() <= 63 && label.front() != '-' && label.back() != '-' &&
         std::all_of(label.begin(), label.end(), [](char c) { return is_alnum(c) || c == '-'; });
}

}  // namespace

std::string machine_name(std::chrono::milliseconds patience) {
  static const auto answer = look_up();
  static const auto waited = answer.wait_for(patience);
  if (waited != std::future_status::ready && answer.wait_for(std::chrono::seconds(0)) != std::future_status::ready) {
    return {};
  }
  try {
    return answer.get();
  } catch (const std::future_error&) {
    return {};
  }
}

bool is_public_name(std::string_view name) {
  if (name.size() > 253 || name.find('.') == std::string_view::npos) return false;
  std::string_view last;
  for (auto rest = name;;) {
    last = rest.substr(0, rest.find('.'));
    if (!is_label(last)) return false;
    if (last.size() == rest.size()) break;
    rest.remove_prefix(last.size() + 1);
  }
  if (std::all_of(last.begin(), last.end(), is_digit)) return false;  // an IP address
  const auto small = lower(last);
  return small != "localdomain" && small != "localhost" && small != "invalid";
}

}  // namespace gatepost::net
