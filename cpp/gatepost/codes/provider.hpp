#pragma once
#include <string_view>

namespace gatepost::codes {

/// The provider that a server's host name belongs to ("mx.yandex.ru" -> "yandex"), or "". Static text.
std::string_view provider_of_host(std::string_view host);

/// The one name of a provider that people call by several ("Google", "mailru", "smtp.yandex.ru"), or "". Static text.
std::string_view canonical_provider(std::string_view name);

}  // namespace gatepost::codes
