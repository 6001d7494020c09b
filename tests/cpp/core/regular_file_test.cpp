#include "gatepost/core/regular_file.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>

namespace gatepost {
namespace {

class RegularFile : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "regular_XXXXXX";
    folder_ = ::mkdtemp(pattern.data());
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string path(const char* name) const { return folder_ + "/" + name; }

  std::string folder_;
};

TEST_F(RegularFile, IsReadToItsEndByALinkToo) {
  std::ofstream(path("a")) << "twelve bytes";
  std::filesystem::create_symlink("a", path("b"));
  const auto file = open_regular_file(path("b"));
  ASSERT_TRUE(file);
  EXPECT_EQ(size_of(*file), 12U);
  std::string data(20, '\0');
  EXPECT_EQ(*read_from(*file, data.data(), 6), 6U);
  EXPECT_EQ(*read_from(*file, data.data() + 6, 14), 6U);
  EXPECT_EQ(data.substr(0, 12), "twelve bytes");
}

TEST_F(RegularFile, MayBeEmpty) {
  std::ofstream(path("a")).flush();
  EXPECT_TRUE(open_regular_file(path("a")));
}

TEST_F(RegularFile, IsNoFifoDirectoryOrDevice) {
  ASSERT_EQ(::mkfifo(path("fifo").c_str(), 0600), 0);
  EXPECT_EQ(open_regular_file(path("fifo")).error().message, "is a FIFO, not a regular file");
  EXPECT_EQ(open_regular_file(folder_).error().number, EISDIR);
  for (const char* device : {"/dev/zero", "/dev/null"}) {
    const auto file = open_regular_file(device);
    EXPECT_EQ(file.error().message, "is a device, not a regular file");
    EXPECT_EQ(file.error().number, 0);
  }
}

TEST_F(RegularFile, IsNoFileThatTheSystemMakesUp) {
  for (const char* made_up : {"/proc/self/status", "/proc/self/pagemap", "/proc/cpuinfo"}) {
    EXPECT_FALSE(open_regular_file(made_up)) << made_up;
  }
}

TEST_F(RegularFile, ThatIsNotThereIsTheSystemsError) {
  EXPECT_EQ(open_regular_file(path("nothing")).error().number, ENOENT);
}

}  // namespace
}  // namespace gatepost
