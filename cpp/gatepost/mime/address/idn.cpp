#include "gatepost/mime/address/idn.hpp"

#include <fmt/format.h>
#include <idn2.h>

#include <memory>
#include <optional>

#include "gatepost/core/ascii.hpp"
#include "gatepost/core/text_gate.hpp"
#include "gatepost/core/utf8.hpp"

namespace gatepost::mime {

namespace {

constexpr std::size_t max_domain = 255;
constexpr std::size_t max_label = 63;

bool is_ldh(char c) { return is_lower(c) || is_digit(c) || c == '-'; }

/// What is wrong with a lower-case ASCII label, or "".
std::string fault_of(std::string_view label) {
  if (label.empty()) return "is empty";
  if (label.size() > max_label) return fmt::format("is {} octets long, {} are allowed", label.size(), max_label);
  for (const char c : label) {
    if (!is_ldh(c))
      return fmt::format("has {}, which is not allowed in a domain", quoted_for_message(std::string_view(&c, 1)));
  }
  if (label.front() == '-' || label.back() == '-') return "begins or ends with a hyphen";
  return "";
}

/// The A-labels, or libidn2's error code.
Result<std::string, int> to_a_labels(std::string_view domain) {
  char* ascii = nullptr;
  const std::string source(domain);
  const int rc = idn2_lookup_u8(reinterpret_cast<const unsigned char*>(source.c_str()),
                                reinterpret_cast<unsigned char**>(&ascii), IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
  const std::unique_ptr<char, decltype(&idn2_free)> owner(ascii, &idn2_free);
  if (rc != IDN2_OK) return rc;
  return std::string(ascii);
}

/// Calls `visit(label, number)` for each label until it gives false.
template <class F>
void for_each_label(std::string_view domain, F visit) {
  for (std::size_t number = 1;; ++number) {
    const std::size_t dot = domain.find('.');
    if (!visit(domain.substr(0, dot), number) || dot == std::string_view::npos) return;
    domain.remove_prefix(dot + 1);
  }
}

InputError label_error(std::size_t number, std::string_view domain, std::string what) {
  return {fmt::format("domain label {}", number), fmt::format("{} in {}", what, quoted_for_message(domain))};
}

}  // namespace

Result<std::string, InputError> domain_to_ascii(std::string_view domain) {
  if (domain.empty()) return InputError{"domain", "is empty"};
  std::string wire = lower(domain);
  if (!is_ascii(domain) || wire.starts_with("xn--") || wire.find(".xn--") != std::string::npos) {
    auto ascii = to_a_labels(wire);
    if (!ascii) {
      std::optional<InputError> culprit;
      for_each_label(wire, [&](std::string_view label, std::size_t number) {
        if (label.empty()) {
          culprit = label_error(number, domain, "is empty");
        } else if (const auto one = to_a_labels(label); !one) {
          culprit = label_error(number, domain, idn2_strerror(one.error()));
        }
        return !culprit;
      });
      if (culprit) return *std::move(culprit);
      return InputError{"domain", fmt::format("{}: {}", quoted_for_message(domain), idn2_strerror(ascii.error()))};
    }
    wire = *std::move(ascii);
  }
  std::optional<InputError> error;
  bool only_digits = true;
  for_each_label(wire, [&](std::string_view label, std::size_t number) {
    const std::string fault = fault_of(label);
    if (!fault.empty()) error = label_error(number, domain, fault);
    only_digits = only_digits && std::all_of(label.begin(), label.end(), is_digit);
    return fault.empty();
  });
  if (error) return *std::move(error);
  if (only_digits) return InputError{"domain", fmt::format("an IP address must be written in brackets: [{}]", wire)};
  if (wire.size() > max_domain) {
    return InputError{"domain", fmt::format("is {} octets long, {} are allowed", wire.size(), max_domain)};
  }
  return wire;
}

}  // namespace gatepost::mime
