#include <fmt/format.h>

#include "gatepost/core/ascii.hpp"
#include "gatepost/core/regular_file.hpp"
#include "gatepost/core/text_gate.hpp"
#include "gatepost/mime/compose/compose.hpp"
#include "gatepost/mime/compose/encoded_part.hpp"
#include "gatepost/mime/encoding/base64_lines.hpp"
#include "gatepost/mime/encoding/transfer_encoding.hpp"
#include "gatepost/mime/header/media_type.hpp"
#include "gatepost/mime/header/parameters.hpp"

namespace gatepost::mime {

namespace {

constexpr std::size_t max_name = 1024;
constexpr std::size_t max_content_id = 250;
constexpr std::size_t block_size = 57 * 4096;  ///< whole base64 lines

std::optional<InputError> check_name(std::string_view name) {
  if (auto error = check_line("name", name)) return error;
  if (name.find_first_of("/\\") != std::string_view::npos) {
    return InputError{"name", fmt::format("{} has a path separator", quoted_for_message(name))};
  }
  if (name.size() > max_name) {
    return InputError{"name", fmt::format("is {} octets long, {} are allowed", name.size(), max_name)};
  }
  return std::nullopt;
}

std::optional<InputError> check_content_id(std::string_view id) {
  if (id.size() > max_content_id) {
    return InputError{"content_id", fmt::format("is {} octets long, {} are allowed", id.size(), max_content_id)};
  }
  for (std::size_t at = 0; at < id.size(); ++at) {
    if (!is_visible(id[at]) || id[at] == '<' || id[at] == '>') {
      return InputError{"content_id", fmt::format("{}: byte {} is not allowed; use Latin letters, digits and "
                                                  "marks, no spaces",
                                                  quoted_for_message(id), at)};
    }
  }
  return std::nullopt;
}

std::shared_ptr<const Part> finish(Part::Source&& source, std::string_view type, TransferEncoding encoding,
                                   std::string body) {
  std::string header = fmt::format("Content-Type: {}", type);
  if (!source.name.empty()) append_type_name(header, source.name);
  header += fmt::format("\r\nContent-Transfer-Encoding: {}\r\n", name_of(encoding));
  header += source.content_id.empty() ? "Content-Disposition: attachment" : "Content-Disposition: inline";
  if (!source.name.empty()) append_disposition_name(header, source.name);
  header += "\r\n";
  if (!source.content_id.empty()) header += fmt::format("Content-ID: <{}>\r\n", source.content_id);
  body.shrink_to_fit();
  return std::make_shared<const EncodedPart>(std::move(source.name), std::move(header), std::move(body));
}

/// The type as a header shows it.
Result<std::string, InputError> check_source(const Part::Source& source) {
  if (auto error = check_name(source.name)) return *std::move(error);
  if (auto error = check_content_id(source.content_id)) return *std::move(error);
  return check_media_type(source.type.empty() ? "application/octet-stream" : source.type);
}

/// RFC 2046 §5.2.1: a letter within a letter may not be in base64.
bool is_letter(std::string_view type) { return type.starts_with("message/"); }

InputError file_error(const std::string& path, const SystemError& error) {
  return {quoted_for_message(path), error.message};
}

/// Calls `take(block)` for all of the file; every block but the last is full.
template <class F>
std::optional<SystemError> for_each_block(const OpenFile& file, F take) {
  std::string block(block_size, '\0');
  for (std::size_t got = block_size; got == block_size;) {
    const auto read = read_from(file, block.data(), block_size);
    if (!read) return read.error();
    got = *read;
    if (got > 0) take(std::string_view(block).substr(0, got));
  }
  return std::nullopt;
}

}  // namespace

Result<std::shared_ptr<const Part>, InputError> Part::make(Source source) {
  auto type = check_source(source);
  if (!type) return std::move(type).error();
  TransferEncoding encoding = TransferEncoding::base64;
  if (is_letter(*type)) {
    if (fits_seven_bit(source.data)) {
      encoding = TransferEncoding::seven_bit;
    } else {
      *type = "application/octet-stream";
    }
  }
  std::string body;
  if (encoding == TransferEncoding::base64) {
    append_base64_lines(body, source.data);
  } else {
    append_encoded_text(body, source.data, encoding);
  }
  return finish(std::move(source), *type, encoding, std::move(body));
}

Result<std::shared_ptr<const Part>, InputError> Part::from_file(const std::string& path, Source source) {
  auto type = check_source(source);
  if (!type) return std::move(type).error();
  const auto file = open_regular_file(path);
  if (!file) return file_error(path, file.error());
  if (is_letter(*type)) {
    source.data.clear();
    if (auto error = for_each_block(*file, [&](std::string_view block) { source.data += block; })) {
      return file_error(path, *error);
    }
    return make(std::move(source));
  }
  std::string body;
  body.reserve(base64_lines_size(size_of(*file)) + 2);
  const auto encode = [&](std::string_view block) {
    if (!body.empty()) body += "\r\n";
    append_base64_lines(body, block);
  };
  if (auto error = for_each_block(*file, encode)) return file_error(path, *error);
  return finish(std::move(source), *type, TransferEncoding::base64, std::move(body));
}

Result<std::shared_ptr<const Part>, InputError> Part::alternative(std::string_view text, std::string_view type) {
  if (auto error = check_utf8("text", text)) return *std::move(error);
  auto checked = check_media_type(type);
  if (!checked) return std::move(checked).error();
  const TransferEncoding encoding = choose_transfer_encoding(text);
  std::string body;
  append_encoded_text(body, text, encoding);
  return std::make_shared<const EncodedPart>(
      "", fmt::format("Content-Type: {}\r\nContent-Transfer-Encoding: {}\r\n", *checked, name_of(encoding)),
      std::move(body));
}

}  // namespace gatepost::mime
