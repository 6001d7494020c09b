#include "gatepost/engine/prepare.hpp"

namespace gatepost::engine {

namespace {

Result<PreparedLetter, InputError> compose_personal(const Personal& personal) {
  mime::LetterContent content = *personal.shared;
  content.to = {personal.to};
  content.subject = personal.subject;
  content.text = personal.text;
  content.html = personal.html;
  content.message_id = personal.message_id.empty() ? mime::make_message_id(content.from.address) : personal.message_id;
  if (!personal.letter_id.empty()) content.letter_id = personal.letter_id;
  content.attachments.insert(content.attachments.end(), personal.attachments.begin(), personal.attachments.end());
  auto composed = mime::compose(content);
  if (!composed) return std::move(composed).error();
  return PreparedLetter{std::make_shared<const std::string>(std::move(composed).value()), content.message_id};
}

Result<PreparedLetter, InputError> render_merged(const Merged& merged, TimePoint now) {
  const auto& batch = *merged.batch;
  std::string message_id = batch.message_id[merged.row];
  if (message_id.empty()) message_id = mime::make_message_id(batch.program->from().address);
  auto rendered = render_row(batch, merged.row, message_id, now);
  if (!rendered) return std::move(rendered).error();
  return PreparedLetter{std::make_shared<const std::string>(*std::move(rendered)), std::move(message_id)};
}

}  // namespace

Result<PreparedLetter, InputError> prepare(const Job& job, TimePoint now) {
  if (const auto* merged = std::get_if<Merged>(&job.letter)) return render_merged(*merged, now);
  if (const auto* prebuilt = std::get_if<Prebuilt>(&job.letter)) return PreparedLetter{prebuilt->data, {}};
  return compose_personal(std::get<Personal>(job.letter));
}

}  // namespace gatepost::engine
