#include <fmt/format.h>

#include "gatepost/core/text_gate.hpp"
#include "gatepost/mime/base64.hpp"
#include "gatepost/mime/compose.hpp"
#include "gatepost/mime/encoded_part.hpp"
#include "gatepost/mime/media_type.hpp"
#include "gatepost/mime/parameters.hpp"
#include "gatepost/mime/transfer_encoding.hpp"

namespace gatepost::mime {

namespace {

constexpr std::size_t max_name = 1024;
constexpr std::size_t max_content_id = 250;

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
    if (id[at] <= 0x20 || id[at] >= 0x7F || id[at] == '<' || id[at] == '>') {
      return InputError{"content_id", fmt::format("{}: byte {} may not stand there; use Latin letters, digits and "
                                                  "marks, no spaces",
                                                  quoted_for_message(id), at)};
    }
  }
  return std::nullopt;
}

}  // namespace

Result<std::shared_ptr<const Part>, InputError> Part::make(Source source) {
  if (auto error = check_name(source.name)) return *std::move(error);
  if (auto error = check_content_id(source.content_id)) return *std::move(error);
  auto type = check_media_type(source.type.empty() ? "application/octet-stream" : source.type);
  if (!type) return std::move(type).error();

  // RFC 2046 §5.2.1: a letter within a letter may not be in base64, so one that is not plain goes as mere bytes.
  TransferEncoding encoding = TransferEncoding::base64;
  if (type->starts_with("message/")) {
    if (fits_seven_bit(source.data)) {
      encoding = TransferEncoding::seven_bit;
    } else {
      *type = "application/octet-stream";
    }
  }

  std::string header = "Content-Type: " + *type;
  if (!source.name.empty()) append_type_name(header, source.name);
  header += fmt::format("\r\nContent-Transfer-Encoding: {}\r\n", name_of(encoding));
  header += source.content_id.empty() ? "Content-Disposition: attachment" : "Content-Disposition: inline";
  if (!source.name.empty()) append_disposition_name(header, source.name);
  header += "\r\n";
  if (!source.content_id.empty()) header += fmt::format("Content-ID: <{}>\r\n", source.content_id);

  std::string body;
  if (encoding == TransferEncoding::base64) {
    append_base64_lines(body, source.data);
  } else {
    append_encoded_text(body, source.data, encoding);
  }
  body.shrink_to_fit();
  return std::make_shared<const EncodedPart>(std::move(source.name), std::move(header), std::move(body));
}

}  // namespace gatepost::mime
