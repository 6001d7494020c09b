#include <gmock/gmock.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "gatepost/net/listen_socket.hpp"
#include "handler.hpp"
#include "raw_client.hpp"

namespace gatepost::net {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class UnixSocket : public testing::Test {
 protected:
  UnixSocket() { std::filesystem::create_directory(folder_); }
  ~UnixSocket() override { std::filesystem::remove_all(folder_); }

  std::string path() const { return (folder_ / "smtp.sock").string(); }
  ListenOptions options() const {
    ListenOptions options;
    options.unix_path = path();
    return options;
  }
  std::string refusal(const ListenOptions& options) {
    IoThread thread;
    Handler handler;
    const auto opened = Listener::open(thread.context(), options, handler);
    return opened ? "opened" : opened.error().message;
  }

  std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / ("gatepost-unix-test-" + std::to_string(::getpid()));
};

TEST_F(UnixSocket, ItIsTheOwnersAlone) {
  const Server server(options());
  EXPECT_EQ(server.port(), 0);
  struct stat info {};
  ASSERT_EQ(::stat(path().c_str(), &info), 0);
  EXPECT_TRUE(S_ISSOCK(info.st_mode));
  EXPECT_EQ(info.st_mode & 0777U, 0600U);
}

TEST_F(UnixSocket, AClientIsCalledUnixAndCountsForNoAddress) {
  auto listen = options();
  listen.max_sessions_per_address = 1;
  listen.xclient_from = {"unix"};
  Server server(std::move(listen));
  RawClient first(path());
  RawClient second(path());
  EXPECT_THAT(first.line(), StartsWith("220"));
  EXPECT_THAT(second.line(), StartsWith("220"));
  EXPECT_THAT(second.ask("EHLO me"), HasSubstr("XCLIENT"));
  std::vector<std::string> seen;
  server.on_thread([&](Listener& listener) {
    listener.for_each_session([&](const smtp::ServerSession& session) { seen.push_back(session.peer().address); });
  });
  EXPECT_THAT(seen, testing::ElementsAre("unix", "unix"));
}

TEST_F(UnixSocket, AClientConnectionDelivers) {
  Server server(options());
  IoThread thread;
  ConnectOptions connect;
  connect.targets = {{"", 0, path()}};
  connect.session.security = smtp::Security::none;
  EXPECT_FALSE(run(thread, connect, {letter_of(1)}).failure);
  EXPECT_EQ(server.handler.letters().size(), 1U);
}

TEST_F(UnixSocket, CloseTakesTheFileAway) {
  Server server(options());
  server.close();
  EXPECT_FALSE(std::filesystem::exists(path()));
}

TEST_F(UnixSocket, AFileThatHasTakenItsPlaceStays) {
  Server server(options());
  std::filesystem::remove(path());
  std::ofstream(path()) << "another's";
  server.close();
  EXPECT_TRUE(std::filesystem::exists(path()));
}

TEST_F(UnixSocket, OneThatNobodyListensAtIsReplaced) {
  {
    boost::asio::io_context context;
    Unix::acceptor dead(context, Unix::endpoint(path()));
  }
  ASSERT_TRUE(std::filesystem::exists(path()));
  const Server server(options());
  RawClient client(path());
  EXPECT_THAT(client.line(), StartsWith("220"));
}

TEST_F(UnixSocket, OneThatSomebodyListensAtIsNot) {
  const Server server(options());
  EXPECT_THAT(refusal(options()), HasSubstr("smtp.sock: Address already in use"));
  RawClient client(path());
  EXPECT_THAT(client.line(), StartsWith("220"));
}

TEST_F(UnixSocket, AnOrdinaryFileIsNotReplaced) {
  std::ofstream(path()) << "precious";
  EXPECT_THAT(refusal(options()), HasSubstr("Address already in use"));
  EXPECT_TRUE(std::filesystem::is_regular_file(path()));
}

TEST_F(UnixSocket, APathThatIsTooLongOrLeadsNowhereIsNamed) {
  ListenOptions listen;
  listen.unix_path = "/tmp/" + std::string(120, 'x');
  EXPECT_THAT(refusal(listen), HasSubstr("at most 107 bytes"));
  listen.unix_path = (folder_ / "no" / "such").string();
  EXPECT_THAT(refusal(listen), HasSubstr("No such file or directory"));
}

}  // namespace
}  // namespace gatepost::net
