#include "letter_filter.hpp"

#include <algorithm>

#include "gatepost/mime/parse/parse.hpp"
#include "gatepost/sink/glob.hpp"

namespace gatepost::bindings {

std::string decoded_subject(std::string_view raw) {
  const auto value = mime::raw_header(raw, "Subject");
  return value.empty() ? std::string() : mime::parse("Subject: " + value + "\r\n\r\n").subject;
}

sink::Inbox::Filter letter_filter(std::string to, std::string from, std::string subject) {
  if (to == "*" && from == "*" && subject.empty()) return {};
  return [to = std::move(to), from = std::move(from), subject = std::move(subject)](const sink::StoredLetter& letter) {
    const auto& recipients = letter.envelope.rcpt_to;
    return sink::glob_match(from, letter.envelope.mail_from) &&
           std::any_of(recipients.begin(), recipients.end(),
                       [&](const std::string& address) { return sink::glob_match(to, address); }) &&
           (subject.empty() || decoded_subject(letter.raw).find(subject) != std::string::npos);
  };
}

}  // namespace gatepost::bindings
