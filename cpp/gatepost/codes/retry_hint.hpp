#pragma once
#include <string_view>

namespace gatepost::codes {

/// Seconds that a server asks to wait: "retry after 10 seconds", "Greylisted for 5 minutes", "через 10 минут",
/// "dans 5 minutes", "come back in 00:05:00"; 0 where it names no time. `text` is normalised. At most a week.
int retry_hint_seconds(std::string_view text);

}  // namespace gatepost::codes
