#include "sink_options.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "bindings.hpp"

namespace gatepost::bindings {

namespace {

using smtp::Leniency;
using smtp::ServerExtensions;
using smtp::ServerLimits;

template <class Owner, class Value>
struct Named {
  std::string_view name;
  Value Owner::*member;
};

constexpr std::array<Named<ServerLimits, std::size_t>, 9> counts{{
    {"recipients", &ServerLimits::recipients},
    {"line_bytes", &ServerLimits::line_bytes},
    {"errors", &ServerLimits::errors},
    {"auth_failures", &ServerLimits::auth_failures},
    {"idle_commands", &ServerLimits::idle_commands},
    {"letters", &ServerLimits::letters},
    {"recipient_domains", &ServerLimits::recipient_domains},
    {"transcript_bytes", &ServerLimits::transcript_bytes},
    {"warnings", &ServerLimits::warnings},
}};

constexpr std::array<Named<net::ListenOptions, std::chrono::milliseconds>, 3> deadlines{{
    {"command", &net::ListenOptions::command_deadline},
    {"letter", &net::ListenOptions::letter_deadline},
    {"write", &net::ListenOptions::write_deadline},
}};

constexpr std::array<Named<Leniency, bool>, 9> leniencies{{
    {"bare_newlines", &Leniency::bare_newlines},
    {"nul_octets", &Leniency::nul_octets},
    {"bare_lf_commands", &Leniency::bare_lf_commands},
    {"missing_brackets", &Leniency::missing_brackets},
    {"spaces_in_path", &Leniency::spaces_in_path},
    {"unknown_parameters", &Leniency::unknown_parameters},
    {"early_talk", &Leniency::early_talk},
    {"bad_pipelining", &Leniency::bad_pipelining},
    {"bad_helo", &Leniency::bad_helo},
}};

constexpr std::array<Named<ServerExtensions, bool>, 15> extensions_by_keyword{{
    {"PIPELINING", &ServerExtensions::pipelining},
    {"SIZE", &ServerExtensions::size},
    {"8BITMIME", &ServerExtensions::eight_bit_mime},
    {"SMTPUTF8", &ServerExtensions::smtp_utf8},
    {"ENHANCEDSTATUSCODES", &ServerExtensions::enhanced_status_codes},
    {"DSN", &ServerExtensions::dsn},
    {"CHUNKING", &ServerExtensions::chunking},
    {"BINARYMIME", &ServerExtensions::binary_mime},
    {"REQUIRETLS", &ServerExtensions::require_tls},
    {"LIMITS", &ServerExtensions::limits},
    {"MT-PRIORITY", &ServerExtensions::mt_priority},
    {"DELIVERBY", &ServerExtensions::deliver_by},
    {"ETRN", &ServerExtensions::etrn},
    {"VRFY", &ServerExtensions::vrfy},
    {"HELP", &ServerExtensions::help},
}};

template <class Table>
std::string names_of(const Table& table) {
  std::string names;
  for (const auto& entry : table) names += std::string(names.empty() ? "" : ", ") + std::string(entry.name);
  return names;
}

/// The entry of this name; null where there is none.
template <class Table>
auto find(const Table& table, std::string_view name) {
  const auto found = std::find_if(table.begin(), table.end(), [&](const auto& entry) { return entry.name == name; });
  return found != table.end() ? &*found : nullptr;
}

[[noreturn]] void refuse(const char* option, const std::string& name, const std::string& there_are) {
  throw InputException{{option, "no \"" + name + "\"; there are " + there_are}};
}

}  // namespace

void set_limits(net::ListenOptions& options, const std::map<std::string, std::uint64_t>& limits) {
  for (const auto& [name, value] : limits) {
    if (name == "message_bytes") {
      options.session.limits.message_bytes = value;
    } else if (name == "sessions_per_address") {
      options.max_sessions_per_address = value;
    } else if (const auto* entry = find(counts, name)) {
      options.session.limits.*(entry->member) = value;
    } else {
      refuse("limits", name, "message_bytes, sessions_per_address, " + names_of(counts));
    }
  }
}

void set_deadlines(net::ListenOptions& options, const std::map<std::string, double>& seconds) {
  for (const auto& [name, value] : seconds) {
    const auto* entry = find(deadlines, name);
    if (entry == nullptr) refuse("deadlines", name, names_of(deadlines));
    constexpr double most = 86'400;
    if (!(value > 0 && value <= most)) {
      throw InputException{{"deadlines[" + name + "]", "must be a number of seconds above 0 and up to 86400"}};
    }
    options.*(entry->member) = std::chrono::milliseconds(std::max(1LL, std::llround(value * 1000)));
  }
}

void set_leniency(Leniency& leniency, const std::vector<std::string>& names) {
  for (const auto& name : names) {
    const bool strict = name.starts_with('-');
    const auto* entry = find(leniencies, std::string_view(name).substr(strict ? 1 : 0));
    if (entry == nullptr) refuse("lenient", name, names_of(leniencies));
    leniency.*(entry->member) = !strict;
  }
}

void leave_out(ServerExtensions& extensions, const std::vector<std::string>& keywords) {
  for (const auto& keyword : keywords) {
    if (keyword == "FUTURERELEASE") {
      extensions.future_release.reset();
    } else if (const auto* entry = find(extensions_by_keyword, keyword)) {
      extensions.*(entry->member) = false;
    } else {
      refuse("without_extensions", keyword, "FUTURERELEASE, " + names_of(extensions_by_keyword));
    }
  }
}

}  // namespace gatepost::bindings
