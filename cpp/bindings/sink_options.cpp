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

struct Count {
  std::string_view name;
  std::size_t ServerLimits::*member;
  std::size_t least;
};

constexpr std::array<Count, 10> counts{{
    {"recipients", &ServerLimits::recipients, 1},
    {"line_bytes", &ServerLimits::line_bytes, 512},  // RFC 5321 §4.5.3.1.4
    {"errors", &ServerLimits::errors, 1},
    {"auth_failures", &ServerLimits::auth_failures, 1},
    {"idle_commands", &ServerLimits::idle_commands, 1},
    {"commands", &ServerLimits::commands, 0},
    {"letters", &ServerLimits::letters, 0},
    {"recipient_domains", &ServerLimits::recipient_domains, 0},
    {"transcript_bytes", &ServerLimits::transcript_bytes, 0},
    {"warnings", &ServerLimits::warnings, 0},
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

void require_least(const std::string& option, const std::string& name, std::uint64_t value, std::uint64_t least) {
  if (value >= least) return;
  throw InputException{{option + "[" + name + "]", "must be " + std::to_string(least) + " or more"}};
}

// That a server can serve; CRAM-MD5 also where the system forbids MD5, and then it is not offered.
constexpr std::array<std::string_view, 11> mechanisms{"PLAIN",
                                                      "LOGIN",
                                                      "CRAM-MD5",
                                                      "SCRAM-SHA-1",
                                                      "SCRAM-SHA-1-PLUS",
                                                      "SCRAM-SHA-256",
                                                      "SCRAM-SHA-256-PLUS",
                                                      "SCRAM-SHA-512",
                                                      "SCRAM-SHA-512-PLUS",
                                                      "XOAUTH2",
                                                      "OAUTHBEARER"};

}  // namespace

void check_mechanisms(const std::vector<std::string>& names) {
  for (const auto& name : names) {
    if (std::find(mechanisms.begin(), mechanisms.end(), name) != mechanisms.end()) continue;
    std::string known;
    for (const auto mechanism : mechanisms) known.append(known.empty() ? "" : ", ").append(mechanism);
    refuse("mechanisms", name, known);
  }
}

void set_limits(net::ListenOptions& options, const std::map<std::string, std::uint64_t>& limits) {
  for (const auto& [name, value] : limits) {
    if (name == "message_bytes") {
      require_least("limits", name, value, 1);
      options.session.limits.message_bytes = value;
    } else if (name == "sessions_per_address") {
      options.max_sessions_per_address = value;
    } else if (const auto* entry = find(counts, name)) {
      require_least("limits", name, value, entry->least);
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
