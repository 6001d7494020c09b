#include "gatepost/mime/compose.hpp"

#include "gatepost/core/ids.hpp"
#include "gatepost/mime/gmime_init.hpp"
#include "gatepost/mime/header_fields.hpp"
#include "gatepost/mime/letter_body.hpp"
#include "gatepost/mime/letter_check.hpp"
#include "gatepost/mime/token.hpp"
#include "gatepost/mime/user_header.hpp"

namespace gatepost::mime {

namespace {

std::string in_angles(std::string_view text) {
  std::string out;
  out.reserve(text.size() + 2);
  out += '<';
  out += text;
  out += '>';
  return out;
}

void append_list_unsubscribe(std::string& out, std::string_view url) {
  if (url.empty()) return;
  append_plain_field(out, "List-Unsubscribe", in_angles(url));
  if (equal_ignoring_case(url.substr(0, 6), "https:")) out += "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n";
}

void append_headers(std::string& out, const LetterContent& content) {
  append_date_field(out, content.date.value_or(std::chrono::system_clock::now()));
  append_mailbox_field(out, "From", {content.from});
  if (content.sender) append_mailbox_field(out, "Sender", {*content.sender});
  if (!content.reply_to.empty()) append_mailbox_field(out, "Reply-To", content.reply_to);
  // A letter to blind copies alone still needs a To (G10).
  if (content.to.empty()) {
    out += "To: undisclosed-recipients:;\r\n";
  } else {
    append_mailbox_field(out, "To", content.to);
  }
  if (!content.cc.empty()) append_mailbox_field(out, "Cc", content.cc);
  append_text_field(out, "Subject", content.subject);
  const std::string id = content.message_id.empty() ? make_message_id(content.from.address) : content.message_id;
  append_plain_field(out, "Message-ID", in_angles(id));
  append_list_unsubscribe(out, content.list_unsubscribe);
  if (!content.campaign_id.empty()) append_plain_field(out, "X-Campaign-Id", content.campaign_id);
  if (!content.letter_id.empty()) append_plain_field(out, "X-Letter-Id", content.letter_id);
  for (const auto& [name, value] : content.headers) {
    if (form_of(name) == HeaderForm::plain) {
      append_plain_field(out, name, value);
    } else {
      append_text_field(out, name, value);
    }
  }
  out += "MIME-Version: 1.0\r\n";
}

}  // namespace

Result<std::string, InputError> compose(const LetterContent& content) {
  ensure_gmime();
  if (auto error = check_letter(content)) return *std::move(error);
  std::string out;
  out.reserve(1024 + estimate_body(content));
  append_headers(out, content);
  append_body(out, content, random_token());
  return out;
}

}  // namespace gatepost::mime
