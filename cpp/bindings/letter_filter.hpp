#pragma once
#include <string>
#include <string_view>

#include "gatepost/sink/inbox.hpp"

namespace gatepost::bindings {

/// The subject of a letter as people read it. Reads one header, not the letter.
std::string decoded_subject(std::string_view raw);

/// Letters with a recipient that fits the glob `to`, a MAIL FROM that fits `from`, and `subject` in the decoded
/// subject. Empty where all letters pass.
sink::Inbox::Filter letter_filter(std::string to, std::string from, std::string subject);

}  // namespace gatepost::bindings
