#pragma once
#include <string>
#include <string_view>

#include "gatepost/mime/compose/compose.hpp"

namespace gatepost::mime {

// A letter's header, block by block in the order in which compose() and MergeProgram write them:
// Date, authors, To, copies, Subject, Message-ID, thread, List-Unsubscribe, campaign, letter, further fields.
// Values have passed the checks of letter_check.hpp.

/// From, Sender, Reply-To.
void append_author_fields(std::string& out, const LetterContent& content);
/// Cc.
void append_copy_fields(std::string& out, const LetterContent& content);
/// `id` without its <>.
void append_message_id_field(std::string& out, std::string_view id);
/// In-Reply-To and References.
void append_thread_fields(std::string& out, const LetterContent& content);
/// List-Unsubscribe and, where one is https, List-Unsubscribe-Post (RFC 8058 §3.1); nothing for no URL. Spaces part
/// them.
void append_list_unsubscribe_fields(std::string& out, std::string_view urls);
/// X-Campaign-Id.
void append_campaign_field(std::string& out, const LetterContent& content);
/// X-Letter-Id; nothing for an empty one.
void append_letter_id_field(std::string& out, std::string_view id);
/// One field in the form of its name (form_of); as free text what is not of that form.
void append_header_field(std::string& out, std::string_view name, std::string_view value);
/// The caller's own fields, and MIME-Version.
void append_further_fields(std::string& out, const LetterContent& content);

}  // namespace gatepost::mime
