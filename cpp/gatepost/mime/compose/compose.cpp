#include "gatepost/mime/compose/compose.hpp"

#include "gatepost/mime/compose/header_fields.hpp"
#include "gatepost/mime/compose/letter_body.hpp"
#include "gatepost/mime/compose/letter_check.hpp"
#include "gatepost/mime/compose/letter_header.hpp"
#include "gatepost/mime/compose/token.hpp"
#include "gatepost/mime/gmime_init.hpp"

namespace gatepost::mime {

namespace {

void append_headers(std::string& out, const LetterContent& content) {
  append_date_field(out, content.date.value_or(std::chrono::system_clock::now()), content.date_zone);
  append_author_fields(out, content);
  // A letter to blind copies alone still needs a To (G10).
  if (content.to.empty() && content.to_groups.empty()) {
    out += "To: undisclosed-recipients:;\r\n";
  } else {
    append_mailbox_field(out, "To", content.to, content.to_groups);
  }
  append_copy_fields(out, content);
  append_text_field(out, "Subject", content.subject);
  append_message_id_field(out, content.message_id.empty() ? make_message_id(content.from.address) : content.message_id);
  append_thread_fields(out, content);
  append_list_unsubscribe_fields(out, content.list_unsubscribe);
  append_campaign_field(out, content);
  append_letter_id_field(out, content.letter_id);
  append_further_fields(out, content);
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
