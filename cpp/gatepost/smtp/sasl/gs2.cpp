#include "gatepost/smtp/sasl/gs2.hpp"

#include <utility>

#include "gatepost/core/text_gate.hpp"

namespace gatepost::smtp {

std::string gs2_header(char flag, std::string_view binding, std::string_view authzid) {
  std::string header(1, flag);
  if (flag == 'p') header.append("=").append(binding);
  header += ',';
  if (!authzid.empty()) header.append("a=").append(gs2_name(authzid));
  return header += ',';
}

std::optional<Gs2Header> read_gs2_header(std::string_view message) {
  const auto first = message.find(',');
  if (first == std::string_view::npos) return std::nullopt;
  const auto second = message.find(',', first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  const auto flag = message.substr(0, first);
  const auto name = message.substr(first + 1, second - first - 1);

  Gs2Header header;
  header.length = second + 1;
  if (flag.starts_with("p=")) {
    header.binding = flag.substr(2);
  } else if (flag != "y" && flag != "n") {
    return std::nullopt;
  }
  header.flag = flag.front();
  if (!name.empty()) {
    auto authzid = name.starts_with("a=") ? read_gs2_name(name.substr(2)) : std::nullopt;
    if (!authzid) return std::nullopt;
    header.authzid = std::move(*authzid);
  }
  return header;
}

std::string gs2_name(std::string_view text) {
  std::string name;
  for (const char c : text) {
    if (c == ',') {
      name += "=2C";
    } else if (c == '=') {
      name += "=3D";
    } else {
      name += c;
    }
  }
  return name;
}

std::optional<std::string> read_gs2_name(std::string_view name) {
  if (name.empty() || check_line("name", name)) return std::nullopt;
  std::string text;
  for (std::size_t at = 0; at < name.size(); ++at) {
    if (name[at] == ',') return std::nullopt;
    if (name[at] != '=') {
      text += name[at];
      continue;
    }
    const auto code = name.substr(at + 1, 2);
    if (code != "2C" && code != "3D") return std::nullopt;
    text += code == "2C" ? ',' : '=';
    at += 2;
  }
  return text;
}

}  // namespace gatepost::smtp
