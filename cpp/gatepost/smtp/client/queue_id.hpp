#pragma once
#include <string>
#include <string_view>

namespace gatepost::smtp {

/// The id under which a server queued a letter, from the text of its final reply without code and enhanced code
/// (requirement M1). There is no standard for it; known are "Ok: queued as ID" (Postfix, our sink, Yandex), "OK id=ID"
/// (Exim, Mail.ru), "<...> [InternalId=N, ...] Queued mail for delivery" (Exchange), "OK  1234 abc - gsmtp" (Gmail),
/// "Ok: ID", "Ok ID" (Amazon), "Message accepted for delivery" behind an id (Sendmail). "" where none is recognised.
std::string find_queue_id(std::string_view text);

}  // namespace gatepost::smtp
