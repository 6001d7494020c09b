#include "gatepost/engine/account_suspicion.hpp"

#include "gatepost/core/ascii.hpp"

namespace gatepost::engine {
namespace {

constexpr std::size_t enough_domains = 3;
/// For lists of one domain, or of two.
constexpr std::size_t enough_in_a_row = 20;

}  // namespace

bool AccountSuspicion::sounds_like_it(const codes::Failure& failure) {
  return failure.phase == codes::Phase::rcpt && failure.category != codes::Category::relay_denied &&
         failure.category != codes::Category::sender_not_authorized &&
         codes::info(failure.category).pause == codes::PauseScope::account;
}

bool AccountSuspicion::refused(codes::Category category, std::string_view address) {
  if (category != category_) accepted();
  category_ = category;
  ++in_a_row_;
  if (domains_.size() < enough_domains) domains_.insert(lower(address.substr(address.rfind('@') + 1)));
  return domains_.size() >= enough_domains || in_a_row_ >= enough_in_a_row;
}

void AccountSuspicion::accepted() {
  in_a_row_ = 0;
  domains_.clear();
}

}  // namespace gatepost::engine
