#include "gatepost/smtp/proxy_header.hpp"

#include <gtest/gtest.h>

namespace gatepost::smtp {
namespace {

using Status = ProxyHeaderReader::Status;
using std::string_literals::operator""s;

const std::string signature = "\r\n\r\n\0\r\nQUIT\n"s;

struct Outcome {
  Status status;
  ProxyHeader header;
  std::string error;
  std::string rest;
};

Outcome read(std::string_view bytes, std::size_t portion) {
  ProxyHeaderReader reader;
  auto status = Status::more;
  while (!bytes.empty() && status == Status::more) {
    auto part = bytes.substr(0, portion);
    const auto size = part.size();
    status = reader.read(part);
    bytes.remove_prefix(size - part.size());
  }
  return {status, reader.header(), std::string(reader.error()), std::string(bytes)};
}
Outcome read(std::string_view bytes) {
  const auto whole = read(bytes, bytes.size() + 1);
  for (const std::size_t portion : {1u, 7u}) {
    const auto parts = read(bytes, portion);
    EXPECT_EQ(parts.status, whole.status);
    EXPECT_EQ(parts.error, whole.error);
    EXPECT_EQ(parts.header.source, whole.header.source);
    if (whole.status == Status::done) {
      EXPECT_EQ(parts.rest, whole.rest);
    }
  }
  return whole;
}
std::string binary(char command, char family, std::string_view rest) {
  return signature + command + family + static_cast<char>(rest.size() >> 8U) + static_cast<char>(rest.size() & 0xFFU) +
         std::string(rest);
}

TEST(ProxyHeader, TextFormIsReadUpToItsEnd) {
  const auto got = read("PROXY TCP4 203.0.113.9 192.0.2.1 4711 25\r\nEHLO");
  ASSERT_EQ(got.status, Status::done) << got.error;
  EXPECT_EQ(got.header.version, 1u);
  EXPECT_FALSE(got.header.local);
  EXPECT_EQ(got.header.source, "203.0.113.9");
  EXPECT_EQ(got.header.source_port, 4711);
  EXPECT_EQ(got.header.destination, "192.0.2.1");
  EXPECT_EQ(got.header.destination_port, 25);
  EXPECT_EQ(got.rest, "EHLO");
}

TEST(ProxyHeader, TextFormOfIpv6AndOfUnknown) {
  EXPECT_EQ(read("PROXY TCP6 2001:DB8:0::1 ::1 1 65535\r\n").header.source, "2001:db8::1");
  for (const std::string_view text : {"PROXY UNKNOWN\r\n", "PROXY UNKNOWN ff::1 ff::2 1 2\r\n"}) {
    const auto got = read(text);
    EXPECT_EQ(got.status, Status::done);
    EXPECT_TRUE(got.header.local);
  }
}

TEST(ProxyHeader, BrokenTextFormsAreBad) {
  for (const std::string_view text :
       {"PROXY TCP4 203.0.113.9 192.0.2.1 4711 25\n", "PROXY TCP4 203.0.113.9 192.0.2.1 4711\r\n",
        "PROXY TCP4 203.0.113.9 192.0.2.1 4711 65536\r\n", "PROXY TCP4 203.0.113.9 192.0.2.1 04711 25\r\n",
        "PROXY TCP4 203.0.113.9 192.0.2.1 -1 25\r\n", "PROXY TCP4 203.0.113.9  192.0.2.1 4711 25\r\n",
        "PROXY TCP4 203.0.113.999 192.0.2.1 4711 25\r\n", "PROXY TCP4 ::1 ::1 4711 25\r\n",
        "PROXY TCP6 203.0.113.9 192.0.2.1 4711 25\r\n", "PROXY UDP4 203.0.113.9 192.0.2.1 4711 25\r\n",
        "PROXY TCP4 203.0.113.9 192.0.2.1 4711 25 x\r\n", "PROXY\r\n", "proxy TCP4 1.1.1.1 1.1.1.1 1 1\r\n",
        "EHLO x\r\n"}) {
    EXPECT_EQ(read(text).status, Status::bad) << text;
  }
}

TEST(ProxyHeader, TextFormEndsWithin107Bytes) {
  const std::string begin = "PROXY UNKNOWN ";
  EXPECT_EQ(read(begin + std::string(107 - begin.size() - 2, 'x') + "\r\n").status, Status::done);
  const auto got = read(begin + std::string(108 - begin.size() - 2, 'x') + "\r\n");
  EXPECT_EQ(got.status, Status::bad);
  EXPECT_EQ(got.error, "the PROXY header is longer than 107 bytes");
}

TEST(ProxyHeader, BinaryFormIsReadUpToItsEndOptionsLeftOut) {
  const auto got =
      read(binary('\x21', '\x11', "\xCB\x00\x71\x09\xC0\x00\x02\x01\x12\x67\x00\x19\x04\x00\x01\x00"s) + "EHLO");
  ASSERT_EQ(got.status, Status::done) << got.error;
  EXPECT_EQ(got.header.version, 2u);
  EXPECT_EQ(got.header.source, "203.0.113.9");
  EXPECT_EQ(got.header.source_port, 4711);
  EXPECT_EQ(got.header.destination, "192.0.2.1");
  EXPECT_EQ(got.header.destination_port, 25);
  EXPECT_EQ(got.rest, "EHLO");
}

TEST(ProxyHeader, BinaryFormsThatSayNothingAreLocal) {
  for (const auto& bytes : {binary('\x20', '\x00', ""), binary('\x20', '\x11', "abc"), binary('\x21', '\x00', "abc"),
                            binary('\x21', '\x31', std::string(216, 'x'))}) {
    const auto got = read(bytes);
    EXPECT_EQ(got.status, Status::done) << got.error;
    EXPECT_TRUE(got.header.local);
  }
}

TEST(ProxyHeader, BrokenBinaryFormsAreBad) {
  for (const auto& bytes : {binary('\x11', '\x11', std::string(12, 'x')), binary('\x22', '\x11', std::string(12, 'x')),
                            binary('\x21', '\x12', std::string(12, 'x')), binary('\x21', '\x41', std::string(12, 'x')),
                            binary('\x21', '\x11', std::string(11, 'x')), binary('\x21', '\x21', std::string(35, 'x')),
                            binary('\x21', '\x31', std::string(215, 'x')), "\r\n\r\nEHLO x\r\n"s}) {
    EXPECT_EQ(read(bytes).status, Status::bad);
  }
}

TEST(ProxyHeader, BinaryFormOver536BytesIsBadBeforeItIsRead) {
  EXPECT_EQ(read(binary('\x20', '\x00', std::string(520, 'x'))).status, Status::done);
  const auto got = read(binary('\x20', '\x00', std::string(521, 'x')).substr(0, 16));
  EXPECT_EQ(got.status, Status::bad);
  EXPECT_EQ(got.error, "the PROXY header is longer than 536 bytes");
}

TEST(ProxyHeader, UnfinishedHeadersWantMore) {
  for (const auto& bytes :
       {"P"s, "PROXY TCP4 1.1.1.1"s, "\r"s, binary('\x21', '\x11', std::string(12, 'x')).substr(0, 27)}) {
    EXPECT_EQ(read(bytes).status, Status::more);
  }
}

TEST(ProxyHeader, ReaderStaysBadAndStaysDone) {
  ProxyHeaderReader bad;
  std::string_view bytes = "EHLO";
  EXPECT_EQ(bad.read(bytes), Status::bad);
  bytes = "PROXY UNKNOWN\r\n";
  EXPECT_EQ(bad.read(bytes), Status::bad);
  ProxyHeaderReader done;
  EXPECT_EQ(done.read(bytes), Status::done);
  bytes = "EHLO";
  EXPECT_EQ(done.read(bytes), Status::done);
  EXPECT_EQ(bytes, "EHLO");
}

TEST(ProxyHeader, WhatIsWrittenIsReadBack) {
  for (const unsigned version : {1u, 2u}) {
    for (const auto& [from, to] : {std::pair("203.0.113.9", "192.0.2.1"), std::pair("2001:db8::9", "::1")}) {
      const auto got = read(write_proxy_header({version, false, from, 65535, to, 1}));
      ASSERT_EQ(got.status, Status::done) << got.error;
      EXPECT_EQ(got.header.version, version);
      EXPECT_EQ(got.header.source, from);
      EXPECT_EQ(got.header.destination, to);
      EXPECT_EQ(got.header.source_port, 65535);
      EXPECT_EQ(got.header.destination_port, 1);
    }
  }
  EXPECT_EQ(write_proxy_header({1, false, "203.0.113.9", 1, "192.0.2.1", 2}),
            "PROXY TCP4 203.0.113.9 192.0.2.1 1 2\r\n");
}

TEST(ProxyHeader, AddressesThatAreNoneOrOfTwoFamiliesAreWrittenAsLocal) {
  for (const unsigned version : {1u, 2u}) {
    for (const auto& [from, to] : {std::pair("203.0.113.9", "::1"), std::pair("mx.example", "192.0.2.1"),
                                   std::pair("", ""), std::pair("1.1.1.1\r\nEHLO x", "192.0.2.1")}) {
      const auto got = read(write_proxy_header({version, false, from, 1, to, 2}));
      EXPECT_EQ(got.status, Status::done);
      EXPECT_TRUE(got.header.local);
    }
  }
}

}  // namespace
}  // namespace gatepost::smtp
