#include "gatepost/net/ticket_store.hpp"

#include <ctime>

namespace gatepost::net {

namespace {

constexpr std::size_t most_servers = 256;
constexpr std::size_t most_tickets = 8;  // of one server: as many connections may open at once with one each

/// Whose tickets come on a connection. OpenSSL owns it: tickets come long after the handshake.
struct Use {
  std::shared_ptr<TicketStore> store;
  std::string server;
};

void free_use(void*, void* use, CRYPTO_EX_DATA*, int, long, void*) { delete static_cast<Use*>(use); }

int use_slot() {
  static const int slot = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, &free_use);
  return slot;
}

bool alive(const SSL_SESSION* session) {
  return SSL_SESSION_is_resumable(session) != 0 &&
         std::time(nullptr) < SSL_SESSION_get_time(session) + SSL_SESSION_get_timeout(session);
}

}  // namespace

void TicketStore::attach(SSL_CTX* context) {
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
  SSL_CTX_sess_set_new_cb(context, &TicketStore::on_new_session);
}

void TicketStore::use(SSL* ssl, const std::string& server) {
  auto use = std::make_unique<Use>(Use{shared_from_this(), server});
  if (SSL_set_ex_data(ssl, use_slot(), use.get()) == 1) static_cast<void>(use.release());  // freed with the SSL
  if (const auto session = take(server)) SSL_set_session(ssl, session.get());
}

int TicketStore::on_new_session(SSL* ssl, SSL_SESSION* session) {
  if (const auto* use = static_cast<Use*>(SSL_get_ex_data(ssl, use_slot()))) {
    // A copy: OpenSSL spoils its own where the connection ends without a close_notify, as most do.
    if (Session copy(SSL_SESSION_dup(session)); copy) use->store->keep(use->server, std::move(copy));
  }
  return 0;
}

void TicketStore::keep(const std::string& server, Session session) {
  const std::lock_guard lock(mutex_);
  if (sessions_.size() >= most_servers && !sessions_.contains(server)) sessions_.clear();
  auto& kept = sessions_[server];
  if (kept.size() >= most_tickets) kept.pop_front();
  kept.push_back(std::move(session));
}

TicketStore::Session TicketStore::take(const std::string& server) {
  const std::lock_guard lock(mutex_);
  const auto found = sessions_.find(server);
  while (found != sessions_.end() && !found->second.empty()) {
    auto& kept = found->second;
    Session session;
    if (SSL_SESSION_get_protocol_version(kept.back().get()) >= TLS1_3_VERSION) {
      session = std::move(kept.back());
      kept.pop_back();
    } else {
      session.reset(SSL_SESSION_dup(kept.back().get()));
    }
    if (session && alive(session.get())) return session;
    kept.clear();  // those before the newest are older still
  }
  return {};
}

void TicketStore::forget(const std::string& server) {
  const std::lock_guard lock(mutex_);
  sessions_.erase(server);
}

}  // namespace gatepost::net
