#include "gatepost/engine/prepare.hpp"

#include "gatepost/core/line_ends.hpp"
#include "gatepost/dkim/letter_view.hpp"
#include "gatepost/engine/author_domain.hpp"
#include "gatepost/engine/lane_failures.hpp"

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

/// How many octets the header has, the blank line behind it too, whatever its lines end with.
std::size_t header_size(std::string_view raw) {
  for (std::size_t at = 0;;) {
    const auto end = raw.find_first_of("\r\n", at);
    if (end == std::string_view::npos) return raw.size();
    const auto next = end + (raw.substr(end, 2) == "\r\n" ? 2 : 1);
    if (end == at) return next;
    at = next;
  }
}

/// The bytes that will be sent: DATA makes CRLF of every line end, BDAT leaves the body of a binary letter as it is.
std::string_view as_sent(std::string_view raw, bool binary, std::string& storage) {
  if (!binary) return with_crlf_lines(raw, storage);
  if (raw.find("\r\n") == std::string_view::npos) return dkim::with_crlf(raw, storage);
  const auto header = raw.substr(0, header_size(raw));
  if (with_crlf_lines(header, storage).data() == raw.data()) return raw;
  return storage += raw.substr(header.size());
}

bool shares_its_body(const Merged& letter) {
  const auto& batch = *letter.batch;
  const bool own_attachments = !batch.attachments.empty() && !batch.attachments[letter.row].empty();
  return batch.program->same_body() && !own_attachments;
}

}  // namespace

dkim::BodyHashes Preparer::known_hashes(const std::shared_ptr<const mime::MergeProgram>& program) {
  const std::lock_guard lock(mutex_);
  return program_.lock() == program ? hashes_ : dkim::BodyHashes{};
}

void Preparer::remember(const std::shared_ptr<const mime::MergeProgram>& program, const dkim::BodyHashes& hashes) {
  const std::lock_guard lock(mutex_);
  program_ = program;
  hashes_ = hashes;
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
  const bool shared = shares_its_body(letter);
  dkim::BodyHashes hashes;
  if (shared) hashes = known_hashes(batch.program);
  const auto known = hashes;
  auto data = signed_by(signers, *rendered, now, &hashes);
  if (!data) return std::move(data).error();
  if (shared && hashes != known) remember(batch.program, hashes);
  return PreparedLetter{*std::move(data), std::move(message_id)};
}

Result<PreparedLetter, InputError> Preparer::prebuilt(const Prebuilt& letter, bool binary, TimePoint now) const {
  const auto& raw = letter.data;
  if (signers_.empty()) return PreparedLetter{raw, {}};
  std::string storage;
  const auto sent = as_sent(*raw, binary, storage);
  const auto& signers = signers_.of(author_domain(sent));
  if (signers.empty()) return PreparedLetter{raw, {}};
  auto data = signed_by(signers, sent, now, nullptr);
  if (!data) return std::move(data).error();
  return PreparedLetter{*std::move(data), {}};
}

Result<PreparedLetter, codes::Failure> Preparer::prepare(const LetterSource& letter, bool binary, TimePoint now) {
  try {
    return make(letter, binary, now);
  } catch (const std::exception& error) {
    return internal_failure(error.what());
  }
}

Result<PreparedLetter, codes::Failure> Preparer::make(const LetterSource& letter, bool binary, TimePoint now) {
  const auto* merge = std::get_if<Merged>(&letter);
  auto made = merge ? merged(*merge, now) : prebuilt(std::get<Prebuilt>(letter), binary, now);
  if (!made) return failure_of_this_letter(Category::message_malformed, made.error().message());
  const auto size = made->data->size();
  if (max_bytes_ && size > *max_bytes_) {
    return failure_of_this_letter(
        Category::message_too_large,
        "the letter has " + std::to_string(size) + " bytes, the account allows " + std::to_string(*max_bytes_));
  }
  return *std::move(made);
}

}  // namespace gatepost::engine
