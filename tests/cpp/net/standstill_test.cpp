// Threads that stand still, and what a child made by fork inherits.
#include "gatepost/core/standstill.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <thread>

#include "gatepost/core/of_one_process.hpp"
#include "gatepost/net/sockets.hpp"
#include "handler.hpp"

namespace gatepost::net {
namespace {

constexpr std::chrono::seconds long_enough{20};

TEST(Standstill, NoHandlerRunsBetweenBeginAndEnd) {
  IoThread thread;
  std::atomic<int> ran{0};
  auto& all = Standstill::process();
  all.begin(long_enough);
  std::promise<void> after;
  boost::asio::post(thread.context(), [&] {
    ++ran;
    after.set_value();
  });
  EXPECT_EQ(ran, 0);
  all.end();
  after.get_future().wait();
  EXPECT_EQ(ran, 1);
}

TEST(Standstill, WhoWorksIsWaitedForAndWhoWouldBeginWaits) {
  auto& all = Standstill::process();
  std::promise<void> working;
  std::promise<void> go_on;
  std::atomic<bool> done{false};
  std::thread worker([&] {
    const Standstill::Work work;
    working.set_value();
    go_on.get_future().wait();
    done = true;
  });
  working.get_future().wait();
  std::thread other([&] { go_on.set_value(); });
  all.begin(long_enough);
  EXPECT_TRUE(done);
  all.end();
  worker.join();
  other.join();
  const Standstill::Work again;
}

TEST(Standstill, AThreadThatDoesNotComeIsNotWaitedForForEver) {
  IoThread thread;
  std::promise<void> busy;
  std::promise<void> go_on;
  boost::asio::post(thread.context(), [&] {
    busy.set_value();
    go_on.get_future().wait();
  });
  busy.get_future().wait();
  Standstill::process().begin(std::chrono::milliseconds(10));
  Standstill::process().end();
  go_on.set_value();
  std::promise<void> still_there;
  boost::asio::post(thread.context(), [&] { still_there.set_value(); });
  still_there.get_future().wait();
}

TEST(Standstill, AChildBeginsAnewAndLeavesCopiesAlone) {
#ifdef __SANITIZE_THREAD__
  GTEST_SKIP() << "ThreadSanitizer does not know a child of a process with threads";
#endif
  Server server;
  struct Thing : OfOneProcess {
    explicit Thing(bool& gone) : gone_(gone) {}
    ~Thing() { gone_ = true; }
    bool& gone_;
  };
  bool gone = false;
  std::unique_ptr<Thing, DeleteWhereMade> thing(new Thing(gone));
  auto& all = Standstill::process();
  all.begin(long_enough);
  const auto child = ::fork();
  if (child == 0) {
    Standstill::in_child();
    const bool copy = !thing->made_here();
    thing.reset();
    bool good = copy && !gone;
    {
      Server anew;
      IoThread thread;
      Owner owner({letter_of(1)});
      const auto connection = ClientConnection::open(thread.context(), plain(anew), owner);
      good = good && owner.end().outcomes.size() == 1;
    }
    ::_exit(good ? 0 : 1);
  }
  all.end();
  int status = -1;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
  EXPECT_TRUE(thing->made_here());
}

TEST(Sockets, CloseOnExecFromBirth) {
  boost::asio::io_context context;
  boost::system::error_code error;
  const auto is_cloexec = [](int fd) { return (::fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0; };
  Acceptor acceptor(context.get_executor());
  open_acceptor(acceptor, Tcp::v4(), error);
  ASSERT_FALSE(error);
  EXPECT_TRUE(is_cloexec(acceptor.native_handle()));
  acceptor.bind(Tcp::endpoint(boost::asio::ip::address_v4::loopback(), 0));
  acceptor.listen();
  acceptor.non_blocking(true);
  accept_one(acceptor, error);
  EXPECT_EQ(error, boost::asio::error::would_block);
  Socket client(context.get_executor());
  error.clear();
  open_socket(client, Tcp::v4(), error);
  ASSERT_FALSE(error);
  EXPECT_TRUE(is_cloexec(client.native_handle()));
  client.connect(acceptor.local_endpoint());
  acceptor.wait(Acceptor::wait_read);
  auto accepted = accept_one(acceptor, error);
  ASSERT_FALSE(error);
  EXPECT_TRUE(is_cloexec(accepted.native_handle()));
}

}  // namespace
}  // namespace gatepost::net
