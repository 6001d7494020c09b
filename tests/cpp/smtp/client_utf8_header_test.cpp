#include "gatepost/smtp/client/utf8_header.hpp"

#include <gtest/gtest.h>

#include <string>

#include "client_script.hpp"

namespace gatepost::smtp {
namespace {

std::string with_line_ends(std::string text, const std::string& end) {
  std::string out;
  for (const char c : text) c == '\n' ? out += end : out += c;
  return out;
}

std::string field(const std::string& letter) {
  std::string found;
  for (const std::string end : {"\r\n", "\n", "\r"}) {
    const auto wire = with_line_ends(letter, end);
    found = std::string(find_utf8_field(wire).value_or("-"));
    EXPECT_EQ(found, find_utf8_field(letter).value_or("-")) << "with other line ends";
  }
  return found;
}

TEST(Utf8Header, FieldOfTheLetterIsFoundAlsoWhereItIsFolded) {
  EXPECT_EQ(field("From: a@b.ru\nReply-To: иван@b.ru\n\nx\n"), "Reply-To");
  EXPECT_EQ(field("Subject: a\n\tпривет\nX: y\n\nx\n"), "Subject");
  EXPECT_EQ(field("Subject : привет\n\nx\n"), "Subject");
  EXPECT_EQ(field("Subject: привет"), "Subject");
  EXPECT_EQ(field("From ivan Thu Jan  1 00:00:00 1970\nSubject: привет\n\nx\n"), "Subject");
}

TEST(Utf8Header, BodiesAndBytesThatAreNoUtf8DoNotCount) {
  EXPECT_EQ(field("Subject: x\n\nSubject: привет\n"), "-");
  EXPECT_EQ(field("привет\n"), "-");
  EXPECT_EQ(field("Subject: \xef\xf0\xe8\n\nx\n"), "-");
  EXPECT_EQ(field("Content-Type: text/plain; boundary=b\n\n--b\nSubject: привет\n\n"), "-");
  EXPECT_EQ(field("Content-Type: multipart/mixed; boundary=b\n\n--b\n\n-- \nИван\n--bc\nX: привет\n\n--b--\nИван: я\n"),
            "-");
}

TEST(Utf8Header, FieldOfAPartIsFoundAtAnyDepth) {
  const std::string inner =
      "Content-Type: multipart/alternative;\n boundary=\"i \\\"n\"\n\n--i \"n\nContent-Type: text/plain\n\nпривет\n"
      "--i \"n \nContent-Disposition: attachment; filename=\"счёт.pdf\"\n\nx\n--i \"n--\n";
  EXPECT_EQ(field(inner), "Content-Disposition");
  EXPECT_EQ(
      field("Content-Type: multipart/mixed; charset=x; BOUNDARY=out(er)\n\nпривет\n--out\n" + inner + "--out--\n"),
      "Content-Disposition");
  EXPECT_EQ(field("Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: multipart/mixed; boundary=c\n\n--c\n"
                  "\nx\n--b\nX: привет\n\nthe inner one never ended\n"),
            "X");
}

TEST(Utf8Header, FieldOfALetterWithinIsFound) {
  for (const std::string type : {"message/rfc822", "message/global", "text/rfc822-headers"}) {
    EXPECT_EQ(field("Content-Type: " + type + "\n\nFrom: a@b.ru\nSubject: привет\n\nx\n"), "Subject") << type;
  }
  EXPECT_EQ(field("Content-Type: message/rfc822\n\nContent-Type: message/rfc822\n\nFrom: a@b.ru\nTo: я@b.ru\n\n"),
            "To");
  EXPECT_EQ(field("Content-Type: multipart/digest; boundary=b\n\n--b\n\nSubject: привет\n\nx\n--b--\n"), "Subject");
  EXPECT_EQ(field("Content-Type: multipart/digest; boundary=b\n\n--b\nContent-Type: text/plain\n\nX: привет\n--b--\n"),
            "-");
  EXPECT_EQ(field("Content-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\nFinal-Recipient: utf-8; я@b.ru\n"),
            "Final-Recipient");
  EXPECT_EQ(field("Content-Type: message/rfc822\n\nSubject: x\n\nX: привет\n"), "-");
}

TEST(Utf8Header, HeaderEndsWhereALineIsNoField) {
  EXPECT_EQ(field("Content-Type: multipart/mixed; boundary=b\n\n--b\nпривет, без пустой строки\n--b--\n"), "-");
}

TEST(Utf8Header, LetterMadeToCostMuchCostsLinearTime) {
  std::string letter = "Content-Type: multipart/mixed; boundary=b0\n\n";
  for (int i = 1; i < 20'000; ++i) {
    letter +=
        "--b" + std::to_string(i - 1) + "\nContent-Type: multipart/mixed; boundary=b" + std::to_string(i) + "\n\n";
  }
  letter += std::string(1 << 20, '-') + "\n";
  EXPECT_EQ(find_utf8_field(letter), std::nullopt);
  EXPECT_NE(find_utf8_field(letter + "привет\n"), std::nullopt) << "too deep to be read: rather not sent";
}

class ClientUtf8Header : public ClientTest {};
INSTANTIATE_TEST_SUITE_P(, ClientUtf8Header, testing::Bool(), portions);

TEST_P(ClientUtf8Header, PartWithAUtf8HeaderGoesOnlyToAServerThatOffersSmtpUtf8) {
  const std::string data =
      "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Disposition: attachment; "
      "filename=\"счёт\"\r\n\r\n"
      "x\r\n--b--\r\n";
  auto offered = ready({"PIPELINING", "8BITMIME", "SMTPUTF8"});
  offered.session.submit(letter(1, {"a@b.ru"}, data));
  offered.expect("MAIL FROM:<from@a.ru> BODY=8BITMIME SMTPUTF8\r\nRCPT TO:<a@b.ru>\r\n");
  for (const auto& extensions : {std::vector<std::string>{"PIPELINING", "8BITMIME"}, {"PIPELINING"}}) {
    auto missing = ready(extensions);
    missing.session.submit(letter(1, {"a@b.ru"}, data));
    missing.expect("");
    const auto why = *missing.only_outcome().recipients[0].failure;
    EXPECT_EQ(why.category, codes::Category::feature_unsupported);
    EXPECT_NE(why.message.find("SMTPUTF8"), std::string::npos);
  }
}

TEST_P(ClientUtf8Header, SmtpUtf8LeftUnusedIsAsIfItWereNotOffered) {
  auto options = plain_options();
  options.without = {"SMTPUTF8"};
  auto script = ready({"PIPELINING", "8BITMIME", "SMTPUTF8"}, options);
  script.session.submit(letter(1, {"иван@b.ru", "a@b.ru"}));
  script.expect("MAIL FROM:<from@a.ru>\r\nRCPT TO:<a@b.ru>\r\n");
}

}  // namespace
}  // namespace gatepost::smtp
