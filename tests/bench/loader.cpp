// The load of ./dev bench sink: the same letter again and again over several connections, as fast as the server
// answers.
//
//   loader PORT CONNECTIONS LETTERS FILE
//
// FILE is the letter with CRLF line ends. Where the server announces PIPELINING, the end of one letter and MAIL, RCPT
// and DATA of the next travel in one write (RFC 2920 §3.1), so a letter costs one round trip; elsewhere one command at
// a time. Writes {"letters": n, "seconds": s, "pipelining": bool} and ends with 1 at the first reply that is not the
// expected one.
#include <arpa/inet.h>
#include <fmt/core.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <deque>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::string_view kMail = "MAIL FROM:<sender@example.org>\r\n";
constexpr std::string_view kRcpt = "RCPT TO:<recipient@example.test>\r\n";
constexpr std::string_view kData = "DATA\r\n";

std::string dot_stuffed(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + path);
  const std::string letter{std::istreambuf_iterator<char>(file), {}};
  std::string out;
  bool line_start = true;
  for (const char c : letter) {
    if (line_start && c == '.') out += '.';
    out += c;
    line_start = c == '\n';
  }
  return out + ".\r\n";
}

/// Letters still to be sent, shared by all connections.
struct Work {
  std::string letter;
  std::uint64_t left;
  std::uint64_t done = 0;
  bool pipelining = false;

  bool take() {
    if (left == 0) return false;
    --left;
    return true;
  }
};

/// One SMTP session; never waits, the poll loop tells it when bytes may be read or written.
class Connection {
 public:
  Connection(std::uint16_t port, Work& work) : work_(work), fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const int on = 1;
    ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
      throw std::runtime_error("cannot connect to port " + std::to_string(port));
    expected_.push_back(Step::greeting);
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() { ::close(fd_); }

  pollfd wants() const { return {fd_, static_cast<short>(out_.empty() ? POLLIN : POLLIN | POLLOUT), 0}; }
  bool over() const { return over_; }

  void on_ready() {
    std::array<char, 16384> chunk{};
    const ssize_t n = ::recv(fd_, chunk.data(), chunk.size(), MSG_DONTWAIT);
    if (n == 0) throw std::runtime_error("the server closed the connection");
    if (n > 0) in_.append(chunk.data(), static_cast<std::size_t>(n));
    std::size_t begin = 0;
    for (std::size_t end = 0; (end = in_.find('\n', begin)) != std::string::npos; begin = end + 1)
      on_line(std::string_view(in_).substr(begin, end - begin));
    in_.erase(0, begin);
    flush();
  }

 private:
  enum class Step { greeting, ehlo, mail, rcpt, data, final, quit };

  void send(std::string_view bytes, Step reply) {
    out_ += bytes;
    expected_.push_back(reply);
  }

  void on_line(std::string_view line) {
    const Step step = expected_.front();
    if (step == Step::ehlo && line.find("PIPELINING") != std::string_view::npos) work_.pipelining = true;
    if (line.size() > 3 && line[3] == '-') return;  // more lines of this reply follow
    expected_.pop_front();
    const char wanted = step == Step::data ? '3' : '2';
    if (line.empty() || line[0] != wanted) throw std::runtime_error("unexpected reply: " + std::string(line));
    on_reply(step);
  }

  void on_reply(Step step) {
    switch (step) {
      case Step::greeting:
        return send("EHLO bench.example.org\r\n", Step::ehlo);
      case Step::ehlo:
        return next_letter();
      case Step::mail:
        return work_.pipelining ? void() : send(kRcpt, Step::rcpt);
      case Step::rcpt:
        return work_.pipelining ? void() : send(kData, Step::data);
      case Step::data:
        send(work_.letter, Step::final);
        if (work_.pipelining) next_letter();
        return;
      case Step::final:
        ++work_.done;
        if (!work_.pipelining) next_letter();
        return;
      case Step::quit:
        over_ = true;
        return;
    }
  }

  void next_letter() {
    if (!work_.take()) return send("QUIT\r\n", Step::quit);
    send(kMail, Step::mail);
    if (!work_.pipelining) return;
    send(kRcpt, Step::rcpt);
    send(kData, Step::data);
  }

  void flush() {
    if (out_.empty()) return;
    const ssize_t n = ::send(fd_, out_.data(), out_.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (n > 0) out_.erase(0, static_cast<std::size_t>(n));
  }

  Work& work_;
  int fd_;
  std::string in_, out_;
  std::deque<Step> expected_;
  bool over_ = false;
};

void run(std::uint16_t port, std::size_t connections, Work& work) {
  std::deque<Connection> open;
  for (std::size_t i = 0; i < connections; ++i) open.emplace_back(port, work);
  std::vector<pollfd> ready;
  while (true) {
    ready.clear();
    for (const Connection& c : open) ready.push_back(c.over() ? pollfd{-1, 0, 0} : c.wants());
    bool any = false;
    for (const pollfd& p : ready) any = any || p.fd >= 0;
    if (!any) return;
    if (::poll(ready.data(), ready.size(), 30'000) <= 0) throw std::runtime_error("the server said nothing for 30 s");
    for (std::size_t i = 0; i < ready.size(); ++i)
      if (ready[i].revents != 0) open[i].on_ready();
  }
}

}  // namespace

int main(int argc, char** argv) {
  try {
    if (argc != 5) throw std::runtime_error("usage: loader PORT CONNECTIONS LETTERS FILE");
    const auto port = static_cast<std::uint16_t>(std::stoul(argv[1]));
    Work work{dot_stuffed(argv[4]), std::stoull(argv[3])};
    const auto begin = SteadyClock::now();
    run(port, std::stoul(argv[2]), work);
    const std::chrono::duration<double> took = SteadyClock::now() - begin;
    fmt::print("{{\"letters\": {}, \"seconds\": {:.6f}, \"pipelining\": {}}}\n", work.done, took.count(),
               work.pipelining);
    return EXIT_SUCCESS;
  } catch (const std::exception& error) {
    fmt::print(stderr, "loader: {}\n", error.what());
    return EXIT_FAILURE;
  }
}
