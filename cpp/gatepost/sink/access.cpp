#include "gatepost/sink/access.hpp"

namespace gatepost::sink {

namespace {

bool same_bytes(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  unsigned difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i) difference |= static_cast<unsigned char>(a[i] ^ b[i]);
  return difference == 0;
}

}  // namespace

bool Access::may_log_in(const smtp::AuthAttempt& attempt) const {
  const std::lock_guard lock(mutex_);
  if (users_.empty()) return true;
  const auto user = users_.find(attempt.login);
  if (user == users_.end()) return false;
  if (!attempt.authzid.empty() && attempt.authzid != attempt.login) return false;
  if (attempt.proof) return *attempt.proof;
  return same_bytes(user->second, attempt.token.empty() ? attempt.password : attempt.token);
}

bool Access::has_users() const {
  const std::lock_guard lock(mutex_);
  return !users_.empty();
}

std::optional<std::string> Access::password_of(std::string_view login) const {
  const std::lock_guard lock(mutex_);
  const auto user = users_.find(login);
  return user != users_.end() ? std::optional(user->second) : std::nullopt;
}

void Access::add_user(std::string login, std::string password) {
  const std::lock_guard lock(mutex_);
  users_.insert_or_assign(std::move(login), std::move(password));
}

}  // namespace gatepost::sink
