#include "gatepost/engine/prepare.hpp"

#include "gatepost/dkim/letter.hpp"
#include "gatepost/engine/author_domain.hpp"
#include "gatepost/mime/transfer_encoding.hpp"

namespace gatepost::engine {

namespace {

using codes::Category;

codes::Failure failure_of_this_letter(Category category, const std::string& words) {
  auto failure = codes::local_failure(category, codes::Phase::local, words);
  failure.scope = codes::Scope::message;
  return failure;
}

Result<std::shared_ptr<const std::string>, InputError> signed_by(const dkim::Signers& signers, std::string_view letter,
                                                                 TimePoint now, dkim::BodyHashes* hashes) {
  auto fields = dkim::sign(letter, signers, now, hashes);
  if (!fields) return std::move(fields).error();
  fields->reserve(fields->size() + letter.size());
  *fields += letter;
  return std::shared_ptr<const std::string>(std::make_shared<const std::string>(*std::move(fields)));
}

bool has_bare_line_end(std::string_view text) {
  for (auto at = text.find_first_of("\r\n"); at != std::string_view::npos; at = text.find_first_of("\r\n", at + 2)) {
    if (text.substr(at, 2) != "\r\n") return true;
  }
  return false;
}

/// The bytes that will be sent: DATA makes CRLF of every line end, BDAT leaves binary letters as they are.
std::string_view as_sent(std::string_view raw, bool binary, std::string& storage) {
  if (binary) return dkim::with_crlf(raw, storage);
  if (!has_bare_line_end(raw)) return raw;
  return storage = mime::with_line_ends(raw, "\r\n");
}

}  // namespace

dkim::BodyHashes* Preparer::shared_hashes(const Merged& letter) {
  const auto& batch = *letter.batch;
  const bool own_attachments = !batch.attachments.empty() && !batch.attachments[letter.row].empty();
  if (!batch.program->same_body() || own_attachments) return nullptr;
  if (program_.lock() != batch.program) {
    program_ = batch.program;
    hashes_ = {};
  }
  return &hashes_;
}

Result<PreparedLetter, InputError> Preparer::merged(const Merged& letter, TimePoint now) {
  const auto& batch = *letter.batch;
  const std::string& author = batch.program->from().address;
  std::string message_id = batch.message_id[letter.row];
  if (message_id.empty()) message_id = mime::make_message_id(author);
  auto rendered = render_row(batch, letter.row, message_id, now);
  if (!rendered) return std::move(rendered).error();
  const auto& signers = signers_.of(mime::domain_of(author));
  if (signers.empty()) {
    return PreparedLetter{std::make_shared<const std::string>(*std::move(rendered)), std::move(message_id)};
  }
  auto data = signed_by(signers, *rendered, now, shared_hashes(letter));
  if (!data) return std::move(data).error();
  return PreparedLetter{*std::move(data), std::move(message_id)};
}

Result<PreparedLetter, InputError> Preparer::prebuilt(const Job& job, TimePoint now) const {
  const auto& raw = std::get<Prebuilt>(job.letter).data;
  if (signers_.empty()) return PreparedLetter{raw, {}};
  std::string storage;
  const auto sent = as_sent(*raw, job.requests && job.requests->binary, storage);
  const auto& signers = signers_.of(author_domain(sent));
  if (signers.empty()) return PreparedLetter{raw, {}};
  auto data = signed_by(signers, sent, now, nullptr);
  if (!data) return std::move(data).error();
  return PreparedLetter{*std::move(data), {}};
}

Result<PreparedLetter, codes::Failure> Preparer::prepare(const Job& job, TimePoint now) {
  const auto* merge = std::get_if<Merged>(&job.letter);
  auto letter = merge ? merged(*merge, now) : prebuilt(job, now);
  if (!letter) return failure_of_this_letter(Category::message_malformed, letter.error().message());
  const auto size = letter->data->size();
  if (max_bytes_ && size > *max_bytes_) {
    return failure_of_this_letter(
        Category::message_too_large,
        "the letter has " + std::to_string(size) + " bytes, the account takes " + std::to_string(*max_bytes_));
  }
  return *std::move(letter);
}

}  // namespace gatepost::engine
