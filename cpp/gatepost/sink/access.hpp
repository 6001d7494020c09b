#pragma once
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "gatepost/net/address_blocks.hpp"
#include "gatepost/smtp/sasl/server.hpp"

namespace gatepost::sink {

/// Who may send (requirement G1): clients by address, logins by password. Safe from any thread.
class Access {
 public:
  using Users = std::map<std::string, std::string, std::less<>>;

  /// `users`: login to password; where there are none, any login is good. `allow`: the networks that may connect;
  /// empty: all. `no_auth_from`: those that need not log in.
  Access(Users users, net::AddressBlocks allow, net::AddressBlocks no_auth_from)
      : allow_(std::move(allow)), no_auth_from_(std::move(no_auth_from)), users_(std::move(users)) {}

  bool may_connect(std::string_view address) const { return allow_.empty() || allow_.contains(address); }
  bool needs_no_login(std::string_view address) const { return no_auth_from_.contains(address); }
  /// The password, or the same word as an OAuth token, or a proof that the session has checked already. No user may act
  /// for another.
  bool may_log_in(const smtp::AuthAttempt& attempt) const;
  bool has_users() const;
  std::optional<std::string> password_of(std::string_view login) const;
  void add_user(std::string login, std::string password);

 private:
  net::AddressBlocks allow_;
  net::AddressBlocks no_auth_from_;
  mutable std::mutex mutex_;
  Users users_;
};

}  // namespace gatepost::sink
