#include "gatepost/mime/merge/merge.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/container/small_vector.hpp>

#include "gatepost/core/text_gate.hpp"
#include "gatepost/mime/compose/body_writer.hpp"
#include "gatepost/mime/compose/header_fields.hpp"
#include "gatepost/mime/compose/letter_check.hpp"
#include "gatepost/mime/compose/letter_header.hpp"
#include "gatepost/mime/compose/token.hpp"
#include "gatepost/mime/gmime_init.hpp"
#include "gatepost/mime/merge/part.hpp"
#include "gatepost/mime/merge/skeleton.hpp"

namespace gatepost::mime {

namespace {

using MaybeError = std::optional<InputError>;

bool varies(const std::optional<MergeText>& text) { return text && !text->slots.empty(); }

std::optional<std::string> joined(const std::optional<MergeText>& text) {
  return text ? std::optional(joined_literals(*text)) : std::nullopt;
}

MaybeError check_source(const MergeProgram::Source& source) {
  if (auto error = check_merge_text("subject", source.subject, source.columns)) return error;
  for (const auto& [where, text] : {std::pair("text", &source.text), std::pair("html", &source.html),
                                    std::pair("list_unsubscribe", &source.list_unsubscribe)}) {
    if (!*text) continue;
    if (auto error = check_merge_text(where, **text, source.columns)) return error;
  }
  return std::nullopt;
}

/// The letter with nothing in its gaps, on which all that is shared is checked and encoded.
LetterContent bare_content(MergeProgram::Source& source) {
  LetterContent content = std::move(source.shared);
  content.to.clear();
  content.to_groups.clear();
  content.subject = joined_literals(source.subject);
  content.text = joined(source.text);
  content.html = joined(source.html);
  content.message_id.clear();
  content.letter_id.clear();
  content.list_unsubscribe = joined(source.list_unsubscribe).value_or("");
  return content;
}

/// The date field of one second is that of the next letters too.
const std::string& date_field(TimePoint now, std::string_view zone) {
  thread_local std::chrono::sys_seconds second{};
  thread_local std::string in_zone;
  thread_local std::string field;
  const auto at = std::chrono::floor<std::chrono::seconds>(now);
  if (field.empty() || at != second || zone != in_zone) {
    field.clear();
    append_date_field(field, at, zone);
    second = at;
    in_zone = zone;
  }
  return field;
}

using Attachments = std::span<const std::shared_ptr<const Part>>;

/// Whether a value brings what no header line may have; the literals have passed the gate.
bool has_control(const MergeText& text, MergeValues values) {
  return std::any_of(text.slots.begin(), text.slots.end(),
                     [&](const MergeText::Slot& slot) { return values[slot.column].control; });
}

class Program final : public MergeProgram {
 public:
  Program(Source source, const LetterContent& bare)
      : from_(bare.from),
        columns_(source.columns),
        date_(bare.date),
        date_zone_(bare.date_zone),
        token_(random_token()),
        same_body_(!varies(source.text) && !varies(source.html)) {
    append_author_fields(authors_, bare);
    append_copy_fields(before_subject_, bare);
    if (source.subject.slots.empty()) {
      append_text_field(before_subject_, "Subject", bare.subject);
    } else {
      subject_ = std::move(source.subject);
    }
    if (varies(source.list_unsubscribe)) {
      list_unsubscribe_ = std::move(source.list_unsubscribe);
    } else {
      append_list_unsubscribe_fields(before_letter_id_, bare.list_unsubscribe);
    }
    append_thread_fields(thread_, bare);
    append_campaign_field(before_letter_id_, bare);
    append_further_fields(further_, bare);
    if (varies(source.text)) text_.emplace(TextKind::plain, *std::move(source.text), token_);
    if (varies(source.html)) html_.emplace(TextKind::html, *std::move(source.html), token_);
    skeleton_ = make_skeleton(bare, {text_.has_value(), html_.has_value(), false}, token_);
    attached_ = make_skeleton(bare, {text_.has_value(), html_.has_value(), true}, token_);
  }

  bool same_body() const override { return same_body_; }
  const Mailbox& from() const override { return from_; }
  std::size_t columns() const override { return columns_; }

  Result<std::string, InputError> render(const MergeRow& row, TimePoint now) const override {
    if (auto error = check(row)) return *std::move(error);
    constexpr std::size_t usual_columns = 16;
    boost::container::small_vector<MergeValue, usual_columns> looked_through;
    for (const auto value : row.values) looked_through.push_back(read_value(value));
    const MergeValues values{looked_through.data(), looked_through.size()};
    const std::string subject = subject_ ? render_text(*subject_, values) : std::string();
    if (subject_ && has_control(*subject_, values)) {
      if (auto error = check_line("subject", subject, Tabs::allowed)) return *std::move(error);
    }
    const std::string url = list_unsubscribe_ ? render_text(*list_unsubscribe_, values) : std::string();
    if (auto error = check_list_unsubscribe(url)) return *std::move(error);
    std::string out;
    const Skeleton& skeleton = row.attachments.empty() ? skeleton_ : attached_;
    out.reserve(header_size(row, subject, url) + body_size(skeleton, values, row.attachments));
    append_header(out, row, subject, url, now);
    append_body(out, skeleton, values, row.attachments);
    return out;
  }

 private:
  MaybeError check(const MergeRow& row) const {
    if (row.values.size() != columns_) {
      return InputError("values", fmt::format("has {} columns, {} are needed", row.values.size(), columns_));
    }
    if (auto error = check_mailbox("to", row.to_name, row.to_address)) return error;
    if (auto error = check_message_id(row.message_id)) return error;
    if (auto error = check_plain_id("letter_id", row.letter_id)) return error;
    for (std::size_t i = 0; i < row.values.size(); ++i) {
      auto error = check_utf8("values", row.values[i]);
      if (!error) continue;
      error->where = fmt::format("values[{}]", i);
      return error;
    }
    return std::nullopt;
  }

  /// Enough but for absurd folding.
  std::size_t header_size(const MergeRow& row, std::string_view subject, std::string_view url) const {
    constexpr std::size_t names_and_date = 320;
    const std::size_t encoded = (row.to_name.size() + subject.size()) * 2;  // base64, words and folds
    return names_and_date + authors_.size() + before_subject_.size() + thread_.size() + before_letter_id_.size() +
           further_.size() + encoded + row.to_address.size() + row.message_id.size() + url.size() +
           row.letter_id.size();
  }

  void append_header(std::string& out, const MergeRow& row, std::string_view subject, std::string_view url,
                     TimePoint now) const {
    out += date_field(date_.value_or(now), date_zone_);
    out += authors_;
    append_mailbox_field(out, "To", row.to_name, row.to_address);
    out += before_subject_;
    if (subject_) append_text_field(out, "Subject", subject);
    if (row.message_id.empty()) {
      append_message_id_field(out, make_message_id(from_.address));
    } else {
      append_message_id_field(out, row.message_id);
    }
    out += thread_;
    append_list_unsubscribe_fields(out, url);
    out += before_letter_id_;
    append_letter_id_field(out, row.letter_id);
    out += further_;
  }

  const MergePart& part_of(TextKind kind) const { return kind == TextKind::html ? *html_ : *text_; }

  std::size_t body_size(const Skeleton& skeleton, MergeValues values, Attachments attachments) const {
    std::size_t size = 0;
    for (const auto& piece : skeleton) {
      size += piece.bytes.size();
      if (const auto* text = std::get_if<TextGap>(&piece.next)) {
        size += part_of(text->kind).size(values);
      } else if (const auto* part = std::get_if<std::shared_ptr<const EncodedPart>>(&piece.next)) {
        size += (*part)->encoded_size();
      } else if (const auto* own = std::get_if<AttachmentGap>(&piece.next)) {
        for (const auto& attachment : attachments) size += attachment->encoded_size() + own->boundary.size() + 6;
      }
    }
    return size;
  }

  void append_body(std::string& out, const Skeleton& skeleton, MergeValues values, Attachments attachments) const {
    for (const auto& piece : skeleton) {
      out += piece.bytes;
      if (const auto* text = std::get_if<TextGap>(&piece.next)) {
        part_of(text->kind).append_to(out, values, text->whole);
      } else if (const auto* part = std::get_if<std::shared_ptr<const EncodedPart>>(&piece.next)) {
        (*part)->append_to(out);
      } else if (const auto* own = std::get_if<AttachmentGap>(&piece.next)) {
        for (const auto& attachment : attachments) {
          append_part_start(out, own->boundary);
          static_cast<const EncodedPart&>(*attachment).append_to(out);
        }
      }
    }
  }

  Mailbox from_;
  std::size_t columns_;
  std::optional<TimePoint> date_;
  std::string date_zone_;
  std::string token_;
  bool same_body_;
  std::string authors_;
  std::string before_subject_;  ///< and a subject that is the same for all
  std::optional<MergeText> subject_;
  std::optional<MergeText> list_unsubscribe_;
  std::string thread_;
  std::string before_letter_id_;
  std::string further_;
  std::optional<MergePart> text_;
  std::optional<MergePart> html_;
  Skeleton skeleton_;
  Skeleton attached_;  ///< for letters with attachments of their own
};

}  // namespace

Result<std::shared_ptr<const MergeProgram>, InputError> MergeProgram::make(Source source) {
  ensure_gmime();
  if (auto error = check_source(source)) return *std::move(error);
  LetterContent bare = bare_content(source);
  if (varies(source.list_unsubscribe)) bare.list_unsubscribe = "https://each.invalid/";  // it is there, whatever it is
  if (auto error = check_letter(bare)) return *std::move(error);
  return std::shared_ptr<const MergeProgram>(std::make_shared<const Program>(std::move(source), bare));
}

}  // namespace gatepost::mime
