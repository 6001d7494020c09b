#include "gatepost/mime/address/address.hpp"

#include "gatepost/mime/address/address_reader.hpp"

#include <gtest/gtest.h>

using namespace gatepost;
using namespace gatepost::mime;

namespace {

std::string wire(std::string_view address) {
  auto result = normalise_address(address);
  return result ? *result : "ERROR " + result.error().message();
}

std::string fault(std::string_view address) {
  auto result = normalise_address(address);
  return result ? "no error: " + *result : result.error().message();
}

}  // namespace

TEST(NormaliseAddress, DomainBecomesLowerCaseAndLocalPartStays) {
  EXPECT_EQ(wire("  Ivan.Petrov+tag@Example.COM "), "Ivan.Petrov+tag@example.com");
}

TEST(NormaliseAddress, IdnDomainBecomesALabels) {
  EXPECT_EQ(wire("ivan@Пример.РФ"), "ivan@xn--e1afmkfd.xn--p1ai");
  EXPECT_EQ(wire("a@straße.de"), "a@xn--strae-oqa.de");  // non-transitional: ß stays ß
  EXPECT_EQ(wire("a@xn--e1afmkfd.xn--p1ai"), "a@xn--e1afmkfd.xn--p1ai");
}

TEST(NormaliseAddress, LocalPartBeyondAsciiStaysUtf8AndNeedsSmtputf8) {
  EXPECT_EQ(wire("иван@пример.рф"), "иван@xn--e1afmkfd.xn--p1ai");
  EXPECT_TRUE(needs_smtputf8("иван@xn--e1afmkfd.xn--p1ai"));
  EXPECT_FALSE(needs_smtputf8("ivan@xn--e1afmkfd.xn--p1ai"));
}

TEST(NormaliseAddress, QuotedLocalPartIsUnquotedWhereItCanBe) {
  EXPECT_EQ(wire("\"ivan\"@x.ru"), "ivan@x.ru");
  EXPECT_EQ(wire("\"a b\"@x.ru"), "\"a b\"@x.ru");
  EXPECT_EQ(wire(R"("a\"b@c"@x.ru)"), R"("a\"b@c"@x.ru)");
}

TEST(NormaliseAddress, AddressLiteralIsChecked) {
  EXPECT_EQ(wire("a@[127.0.0.1]"), "a@[127.0.0.1]");
  EXPECT_EQ(wire("a@[IPv6:::1]"), "a@[IPv6:::1]");
  EXPECT_NE(fault("a@[127.0.0.999]").find("not an IP address"), std::string::npos);
  EXPECT_NE(fault("a@127.0.0.1").find("in brackets"), std::string::npos);
}

TEST(NormaliseAddress, ErrorsNameTheLabelOrTheByte) {
  EXPECT_EQ(fault("x@b..c"), "domain label 2: is empty in 'b..c'");
  EXPECT_EQ(fault("x@b.-c"), "domain label 2: begins or ends with a hyphen in 'b.-c'");
  EXPECT_EQ(fault("a b@x.ru"), "local part: byte 1 is a space");
  EXPECT_EQ(fault("a..b@x.ru"), R"(local part: has two dots in a row, which it may in quotes alone: "a..b"@...)");
  EXPECT_EQ(fault("ivan"), "address: 'ivan' has no '@'");
  EXPECT_EQ(fault("@x.ru"), "local part: is empty");
  EXPECT_EQ(fault("ivan@"), "domain: is empty");
  EXPECT_EQ(fault(""), "address: is empty");
  EXPECT_NE(fault("a@пример..рф").find("domain label 2"), std::string::npos);
}

TEST(ParseAddressList, NameCutAtItsCommaIsToldToNeedQuotes) {
  const auto cut = parse_address_list("Иванов, Пётр <p@x.ru>");
  EXPECT_NE(cut.error().message().find("a name with a comma must be in quotes"), std::string::npos);
  const auto alone = parse_address_list("Иванов");
  EXPECT_EQ(alone.error().message().find("quotes"), std::string::npos);
}

TEST(NormaliseAddress, LimitsOfRfc5321Hold) {
  EXPECT_EQ(wire(std::string(64, 'a') + "@x.ru"), std::string(64, 'a') + "@x.ru");
  EXPECT_EQ(wire(std::string(65, 'a') + "@x.ru"), std::string(65, 'a') + "@x.ru");  // servers take what they gave
  EXPECT_NE(fault(std::string(250, 'a') + "@x.ru").find("255 octets"), std::string::npos);
  EXPECT_NE(fault("a@" + std::string(64, 'b') + ".ru").find("domain label 1"), std::string::npos);
  std::string domain;
  for (int i = 0; i < 60; ++i) domain += "abcd.";
  EXPECT_NE(fault("a@" + domain + "ru").find("octets long"), std::string::npos);
}

TEST(NormaliseAddress, InjectionAndInvisibleCharactersAreRefused) {
  for (const std::string bad : {"a\r\nRCPT TO:<b@x>@x.ru", "a@x.ru\n.evil", "a\x01@x.ru"}) {
    EXPECT_NE(fault(bad).find("byte"), std::string::npos) << bad;
  }
  EXPECT_NE(fault(std::string("a\0b@x.ru", 8)).find("NUL"), std::string::npos);
  EXPECT_NE(fault("ivan\u00A0@x.ru").find("invisible"), std::string::npos);
  EXPECT_NE(fault("\u200Bivan@x.ru").find("invisible"), std::string::npos);
  EXPECT_NE(fault("ivan@x>.ru").find("domain label 1"), std::string::npos);
}

TEST(DomainOf, GivesWhatStandsBehindTheLastAt) {
  EXPECT_EQ(domain_of("\"a@b\"@x.ru"), "x.ru");
  EXPECT_EQ(domain_of("nothing"), "");
}

TEST(ParseMailbox, ReadsWhatPeopleType) {
  EXPECT_EQ(*parse_mailbox("Иван <ivan@пример.рф>"), (Mailbox{"Иван", "ivan@xn--e1afmkfd.xn--p1ai"}));
  EXPECT_EQ(*parse_mailbox("ivan@x.ru"), (Mailbox{"", "ivan@x.ru"}));
  EXPECT_EQ(*parse_mailbox("\"A, B\" <a@x.ru>"), (Mailbox{"A, B", "a@x.ru"}));
  EXPECT_EQ(*parse_mailbox("Иванов И.И. <a@x.ru>"), (Mailbox{"Иванов И.И.", "a@x.ru"}));
  EXPECT_EQ(*parse_mailbox("a@x.ru (Иван)"), (Mailbox{"Иван", "a@x.ru"}));
  EXPECT_EQ(*parse_mailbox("ivan@x.ru <ivan@x.ru>"), (Mailbox{"ivan@x.ru", "ivan@x.ru"}));
  EXPECT_EQ(*parse_mailbox("<a@x.ru>"), (Mailbox{"", "a@x.ru"}));
  EXPECT_EQ(*parse_mailbox(R"("Иван \"Ваня\" П" <a@x.ru>)"), (Mailbox{"Иван \"Ваня\" П", "a@x.ru"}));
}

TEST(ParseMailbox, OldFormsOfRfc5322AreRead) {
  EXPECT_EQ(*parse_mailbox("Pete(A nice \\) chap) <pete(his account)@silly.test(his host)>"),
            (Mailbox{"Pete(A nice \\) chap)", "pete@silly.test"}));
  EXPECT_EQ(parse_mailbox("jdoe@test  . example")->address, "jdoe@test.example");
  EXPECT_EQ(parse_mailbox("<@node.test,@b:mary@example.net>")->address, "mary@example.net");
  EXPECT_EQ(parse_mailbox("<@node.test:mary@example.net>")->address, "mary@example.net");
  EXPECT_EQ(parse_mailbox("<john . doe @ example . com>")->address, "john.doe@example.com");
  EXPECT_EQ(parse_mailbox("a@b(x).c")->address, "a@b.c");
  EXPECT_EQ(parse_mailbox("\"a\".b.\"c d\"@x.ru")->address, "\"a.b.c d\"@x.ru");
  EXPECT_EQ(*parse_mailbox("<a@x.ru> (Иван)"), (Mailbox{"Иван", "a@x.ru"}));
}

TEST(ParseMailbox, WordsThatACommentOrSpacePartsAreNeverMadeOne) {
  for (const char* bad :
       {"a@exa(x)mple.com", "a@b(.c)om", "us(x)er@h.ru", "us er@h.ru", "a@exa mple.com", "<us(x)er@h.ru>",
        "<a@exa(x)mple.com>", "a\"b\"@x.ru", "\"a\"b@x.ru", "a@b[1.2.3.4]", "a@[1.2.3.4]b", "a@[1.2.3.4].b",
        "Mr. ivan@x.ru", "a@exa\u00ADmple.com", "a@exa\u200Bmple.com", "a@exa\u2060mple.com", "(x)a(y)b@x.ru"}) {
    EXPECT_FALSE(parse_mailbox(bad)) << bad;
  }
}

TEST(ParseMailbox, EncodedWordIsNeverAnAddress) {
  for (const char* bad : {"=?utf-8?q?ivan=40x.ru?=", "<=?utf-8?q?ivan=40x.ru?=>", "=?utf-8?q?ivan?=@x.ru",
                          "ivan@=?utf-8?q?x.ru?=", "\"=?utf-8?q?ivan?=\"@x.ru"}) {
    EXPECT_FALSE(parse_mailbox(bad)) << bad;
    EXPECT_FALSE(normalise_address(bad)) << bad;
  }
}

TEST(ParseMailbox, DoubtfulListsAreRefused) {
  for (const char* bad : {"A: B: a@x.ru;;", ": a@x.ru;", "a@x.ru: b@x.ru;", "<a@x.ru> <b@x.ru>", "@a,@b:c@d.ru",
                          "mailto:a@x.ru", "<mailto:a@x.ru>", "<<a@x.ru>>", "<a@x.ru, b@x.ru>", "<@a,b:c@d.ru>",
                          "a@x.ru;", "<:a@x.ru>", "<@a:>", "a@x.ru <b@x.ru", "a@b@c.ru"}) {
    EXPECT_FALSE(parse_mailbox_list(bad)) << bad;
  }
}

namespace {

std::vector<std::string> read(std::string_view header) {
  std::vector<std::string> warnings;
  std::vector<std::string> addresses;
  for (const Mailbox& mailbox : read_address_header(header, "To", warnings)) addresses.push_back(mailbox.address);
  return addresses;
}

using Addresses = std::vector<std::string>;

}  // namespace

TEST(ReadAddressHeader, DoubtfulAddressesStandAsTheyWereWritten) {
  for (const char* raw : {"a@exa(x)mple.com", "a@b(.c)om", "us(x)er@h.ru", "a@exa mple.com", "Mr. ivan@x.ru",
                          "=?utf-8?q?ivan=40x.ru?=", "=?utf-8?q?ivan?=@x.ru", "Ivan Petrov"}) {
    EXPECT_EQ(read(raw), Addresses{raw});
    EXPECT_EQ(read(std::string("Ivan <") + raw + ">").size(), 1U);
  }
  EXPECT_EQ(read("Ivan <us(x)er@h.ru>, b@x.ru"), (Addresses{"us(x)er@h.ru", "b@x.ru"}));
}

TEST(ReadAddressHeader, WhatIsSureOfDoubtfulListsIsTaken) {
  EXPECT_EQ(read("A: B: a@x.ru, b@x.ru;, c@x.ru;, d@x.ru"), (Addresses{"a@x.ru", "b@x.ru", "c@x.ru", "d@x.ru"}));
  EXPECT_EQ(read("a@x.ru; b@x.ru;"), (Addresses{"a@x.ru", "b@x.ru"}));
  EXPECT_EQ(read("<a@x.ru> Olga <b@x.ru>"), (Addresses{"a@x.ru", "b@x.ru"}));
  EXPECT_EQ(read("Team: a@x.ru"), (Addresses{"a@x.ru"}));
  EXPECT_EQ(read(",, a@x.ru,, b@x.ru,"), (Addresses{"a@x.ru", "b@x.ru"}));
  EXPECT_EQ(read("a@x.ru: b@x.ru;"), (Addresses{"a@x.ru", "b@x.ru"}));
  EXPECT_EQ(read("<@a.ru,@b.ru:c@d.ru>, e@x.ru"), (Addresses{"c@d.ru", "e@x.ru"}));
  EXPECT_EQ(read("a@x.ru (Ivan, b@x.ru"), (Addresses{"a@x.ru"}));
}

TEST(ReadAddressHeader, NameInAnEncodedWordWithABareCommaIsOne) {
  std::vector<std::string> warnings;
  EXPECT_EQ(read_address_header("=?utf-8?Q?Doe,_John?= <a@x.ru>", "To", warnings),
            (std::vector<Mailbox>{{"Doe, John", "a@x.ru"}}));
}

TEST(ParseMailbox, TypedEncodedWordStaysAsItIs) {
  EXPECT_EQ(parse_mailbox("=?utf-8?Q?a?= <a@x.ru>")->name, "=?utf-8?Q?a?=");
}

TEST(ParseMailbox, MalformedTextIsRefused) {
  for (const char* bad :
       {"", "Иван <a@x.ru", "Иван a@x.ru>", "a@x.ru, b@x.ru", "\"open <a@x.ru>", "a <b@x.ru> c", "ivan petrov@x.ru",
        "(open a@x.ru", "Team: a@x.ru", "a@x.ru; b@x.ru", "Имя <>", "a\nb <a@x.ru>"}) {
    EXPECT_FALSE(parse_mailbox(bad)) << bad;
  }
}

TEST(ParseMailboxList, GroupsAreOpenedAndEmptyPlacesPassedOver) {
  const auto list = parse_mailbox_list("Team: a@x.ru, \"B, C\" <b@x.ru>; , Иван <c@x.ru>,");
  ASSERT_TRUE(list);
  EXPECT_EQ(*list, (std::vector<Mailbox>{{"", "a@x.ru"}, {"B, C", "b@x.ru"}, {"Иван", "c@x.ru"}}));
  EXPECT_TRUE(parse_mailbox_list("")->empty());
  EXPECT_TRUE(parse_mailbox_list("undisclosed-recipients:;")->empty());
}

TEST(ParseAddressList, GroupsAreTold) {
  const auto list = parse_address_list("a@x.ru, Команда: Иван <ivan@x.ru>, olga@y.ru;, \"No, body\":;, z@x.ru");
  ASSERT_TRUE(list) << list.error().message();
  EXPECT_EQ(list->mailboxes.size(), 4U);
  EXPECT_EQ(list->groups, (std::vector<AddressGroup>{{"Команда", 1, 2}, {"No, body", 3, 0}}));
  EXPECT_FALSE(parse_address_list("Team: a@x.ru"));
  EXPECT_FALSE(parse_address_list("a@x.ru; b@x.ru"));
}
