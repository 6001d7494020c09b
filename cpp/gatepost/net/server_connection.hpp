#pragma once
#include <memory>
#include <string>

#include "gatepost/net/letter_pace.hpp"
#include "gatepost/net/listener.hpp"
#include "gatepost/net/server_tls.hpp"
#include "gatepost/net/session_driver.hpp"

namespace gatepost::net {

/// What a listener and its connections share.
struct ServerContext {
  ListenOptions options;
  smtp::ServerHandler& handler;
};

/// Drives one ServerSession over an accepted socket.
class ServerConnection final : public std::enable_shared_from_this<ServerConnection>,
                               private SessionDriver<ServerConnection> {
  friend class SessionDriver<ServerConnection>;

 public:
  using OnOver = std::function<void(std::uint64_t session_id)>;
  using Admission = smtp::ServerSession::Admission;

  /// `tls` is null where there is no certificate.
  ServerConnection(const Executor& executor, std::shared_ptr<const ServerContext> context,
                   std::shared_ptr<ServerTls> tls, smtp::ServerPeer peer, Admission admission);
  /// `on_over` is called once the socket is closed, not after drop().
  void start(Socket socket, OnOver on_over);
  /// The listener closes: the handler gets its on_closed now and is not called again.
  void drop();
  /// The verdict on a letter for which the handler said "later". Does nothing where the session waits for none.
  void decide(const smtp::Verdict& verdict);
  /// The clock of the session's options went on by itself: a pause may be over.
  void clock_moved();
  const smtp::ServerSession& session() const { return session_; }

 private:
  std::string_view next_output();
  void output_written(std::size_t bytes);
  Next next();
  void write_blocked();
  void received(std::string_view bytes);
  static constexpr bool reads_while_writing = false;  // a client that does not listen is not listened to
  bool ended() const { return session_.need() == smtp::ServerSession::Need::closed; }
  /// One deadline for a whole command and one for a whole letter: bytes that drip in do not move it.
  void arm_for_input();
  void arm_for_letter(LetterPace::Clock::time_point now);
  void start_handshake();
  /// Does what the fault says; false where the handshake does not begin.
  bool commit(const smtp::TlsVerdict& verdict);
  void handshake_over(const boost::system::error_code& error);
  void lost(const std::string& words, const boost::system::error_code& /*error*/) { session_.connection_lost(words); }
  void expired();
  void over();
  void pause(std::chrono::milliseconds time);
  void arm_pause(std::chrono::milliseconds time);
  void pause_over();
  std::chrono::milliseconds rest_after_reading();
  void hear_early_talk();

  std::shared_ptr<const ServerContext> context_;
  std::shared_ptr<ServerTls> tls_;
  smtp::ServerSession session_;
  LetterPace pace_;
  Timer pause_timer_;
  OnOver on_over_;
  TimePoint moment_{};  // of what was read or written last: from then on a pause counts
  TimePoint pause_ends_{};
  bool pausing_ = false;
  std::size_t unrested_ = 0;  // bytes of a letter that were read faster than they may be
  bool listened_ = false;     // for early talk
  bool handshaking_ = false;
  bool output_begun_ = false;      // a write deadline runs
  bool answered_ = true;           // something was said since the deadline was set
  bool interrupted_ = false;       // another deadline was set, or none, meanwhile
  std::size_t letter_coming_ = 0;  // its number
};

}  // namespace gatepost::net
