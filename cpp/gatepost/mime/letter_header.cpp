#include "gatepost/mime/letter_header.hpp"

#include "gatepost/core/ids.hpp"
#include "gatepost/mime/header_fields.hpp"
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

}  // namespace

void append_author_fields(std::string& out, const LetterContent& content) {
  append_mailbox_field(out, "From", {content.from});
  if (content.sender) append_mailbox_field(out, "Sender", {*content.sender});
  if (!content.reply_to.empty()) append_mailbox_field(out, "Reply-To", content.reply_to);
}

void append_copy_fields(std::string& out, const LetterContent& content) {
  if (!content.cc.empty()) append_mailbox_field(out, "Cc", content.cc);
}

void append_message_id_field(std::string& out, std::string_view id) {
  append_plain_field(out, "Message-ID", in_angles(id));
}

void append_list_unsubscribe_fields(std::string& out, std::string_view url) {
  if (url.empty()) return;
  append_plain_field(out, "List-Unsubscribe", in_angles(url));
  if (equal_ignoring_case(url.substr(0, 6), "https:")) out += "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n";
}

void append_campaign_field(std::string& out, const LetterContent& content) {
  if (!content.campaign_id.empty()) append_plain_field(out, "X-Campaign-Id", content.campaign_id);
}

void append_letter_id_field(std::string& out, std::string_view id) {
  if (!id.empty()) append_plain_field(out, "X-Letter-Id", id);
}

void append_further_fields(std::string& out, const LetterContent& content) {
  for (const auto& [name, value] : content.headers) {
    if (form_of(name) == HeaderForm::plain) {
      append_plain_field(out, name, value);
    } else {
      append_text_field(out, name, value);
    }
  }
  out += "MIME-Version: 1.0\r\n";
}

}  // namespace gatepost::mime
