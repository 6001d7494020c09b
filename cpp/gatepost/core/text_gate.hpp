#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "gatepost/core/input_error.hpp"

namespace gatepost {

enum class Tabs { refused, allowed };

/// The injection gate for one line of text (a header value, a name, an address, a protocol parameter): refuses CR, LF,
/// NUL, every other C0 control, DEL and bytes that are not UTF-8. The error names the byte, counted from 0.
std::optional<InputError> check_line(std::string_view where, std::string_view text, Tabs tabs = Tabs::refused);

/// For texts that may have line ends: only that they are UTF-8.
std::optional<InputError> check_utf8(std::string_view where, std::string_view text);

/// `text` in single quotes for an error message: controls (terminal_safe.hpp) and broken UTF-8 as \xNN, cut after about
/// 60 bytes.
std::string quoted_for_message(std::string_view text);

}  // namespace gatepost
