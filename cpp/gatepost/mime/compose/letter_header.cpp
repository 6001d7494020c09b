#include "gatepost/mime/compose/letter_header.hpp"

#include <ranges>

#include "gatepost/core/ascii.hpp"
#include "gatepost/core/utf8.hpp"
#include "gatepost/mime/compose/header_fields.hpp"
#include "gatepost/mime/compose/user_header.hpp"
#include "gatepost/mime/header/encoded_word.hpp"

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

/// Nothing where it is empty.
void append_list(std::string& out, std::string_view name, const std::vector<Mailbox>& mailboxes,
                 const std::vector<AddressGroup>& groups) {
  if (!mailboxes.empty() || !groups.empty()) append_mailbox_field(out, name, mailboxes, groups);
}

}  // namespace

void append_author_fields(std::string& out, const LetterContent& content) {
  append_mailbox_field(out, "From", {content.from});
  if (content.sender) append_mailbox_field(out, "Sender", {*content.sender});
  append_list(out, "Reply-To", content.reply_to, content.reply_to_groups);
}

void append_copy_fields(std::string& out, const LetterContent& content) {
  append_list(out, "Cc", content.cc, content.cc_groups);
}

void append_message_id_field(std::string& out, std::string_view id) {
  append_plain_field(out, "Message-ID", in_angles(id));
}

void append_thread_fields(std::string& out, const LetterContent& content) {
  if (!content.in_reply_to.empty()) append_ids_field(out, "In-Reply-To", content.in_reply_to);
  if (!content.references.empty()) append_ids_field(out, "References", content.references);
}

void append_list_unsubscribe_fields(std::string& out, std::string_view urls) {
  if (urls.empty()) return;
  std::string listed;
  bool one_click = false;
  for (const auto url : std::views::split(urls, ' ')) {
    const std::string_view one(url.begin(), url.end());
    listed += (listed.empty() ? "" : ", ") + in_angles(one);
    one_click = one_click || equal_ignoring_case(one.substr(0, 6), "https:");
  }
  append_plain_field(out, "List-Unsubscribe", listed);
  if (one_click) out += "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n";
}

void append_campaign_field(std::string& out, const LetterContent& content) {
  if (!content.campaign_id.empty()) append_plain_field(out, "X-Campaign-Id", content.campaign_id);
}

void append_letter_id_field(std::string& out, std::string_view id) {
  if (!id.empty()) append_plain_field(out, "X-Letter-Id", id);
}

void append_header_field(std::string& out, std::string_view name, std::string_view value) {
  const HeaderForm form = form_of(name);
  const bool machine = form == HeaderForm::plain || form == HeaderForm::phrase;
  if (machine && is_ascii(value)) return append_plain_field(out, name, value);
  if (form == HeaderForm::phrase && is_ascii(behind_phrase(value))) {
    const std::string_view rest = behind_phrase(value);
    return append_phrase_field(out, name, trim(value.substr(0, value.size() - rest.size())), trim(rest));
  }
  auto list = form == HeaderForm::addresses ? parse_address_list(value) : InputError();
  if (!list) return append_text_field(out, name, value);
  for (Mailbox& mailbox : list->mailboxes) mailbox.name = decode_encoded_words(mailbox.name);
  for (AddressGroup& group : list->groups) group.name = decode_encoded_words(group.name);
  append_mailbox_field(out, name, list->mailboxes, list->groups);
}

void append_further_fields(std::string& out, const LetterContent& content) {
  for (const auto& [name, value] : content.headers) append_header_field(out, name, value);
  out += "MIME-Version: 1.0\r\n";
}

}  // namespace gatepost::mime
