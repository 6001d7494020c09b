#pragma once
#include <string_view>

namespace gatepost::codes {

/// The provider that a server's host name belongs to ("mx.yandex.ru" -> "yandex"), or "". Static text.
std::string_view provider_of_host(std::string_view host);

}  // namespace gatepost::codes
