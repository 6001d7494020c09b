#include <gtest/gtest.h>

#include "gatepost/core/base64.hpp"
#include "gatepost/smtp/sasl/secret_mask.hpp"
#include "sasl_exchange.hpp"

namespace gatepost::smtp {
namespace {

SaslIdentity with_password(std::string password) { return {"ivan", std::move(password), {}, {}, {}, 0}; }
SaslIdentity with_token(std::string token) { return {"ivan", {}, std::move(token), {}, "mx.example.com", 587}; }

/// All that the client sends by `mechanism`.
std::vector<std::string> sent_by(const std::string& mechanism, const SaslIdentity& identity) {
  const auto client = make_sasl_client(mechanism, identity, {}, {});
  std::vector<std::string> sent;
  if (auto first = client->initial_response()) sent.push_back(std::move(*first));
  for (int i = 0; i < 2; ++i) {
    if (auto answer = client->respond("")) sent.push_back(std::move(*answer));
  }
  return sent;
}

TEST(MaskCredentials, PasswordIsMaskedInWhateverFormItComesBack) {
  for (const std::string password : {"secret-word", "пароль", "a b", "xyz", "with\"quote", "+/+/+/"}) {
    const auto identity = with_password(password);
    std::vector<std::string> forms = {password, base64_encode(password)};
    forms.push_back(base64_encode(std::string("\0ivan\0", 6) + password));
    forms.push_back(base64_encode(std::string("boss\0ivan\0", 10) + password));
    forms.push_back(base64_encode("ivan:" + password));
    for (const auto& form : forms) {
      for (const std::string around : {"<>", "\"\"", "..", "  "}) {
        const auto text = "535 bad " + around.substr(0, 1) + form + around.substr(1) + " end";
        EXPECT_EQ(mask_credentials(text, identity),
                  "535 bad " + around.substr(0, 1) + "****" + around.substr(1) + " end")
            << text;
      }
    }
  }
}

TEST(MaskCredentials, PasswordIsMaskedAsEntitiesEscapesAndFormsHaveIt) {
  const std::vector<std::pair<std::string, std::vector<std::string>>> cases = {
      {"a<b>&\"c'd",
       {"a&lt;b&gt;&amp;&quot;c&#x27;d", "a&lt;b&gt;&amp;&#34;c&apos;d", "a\\u003cb\\u003e\\u0026\\\"c'd"}},
      {"pä$$wörd", {"p\\u00e4$$w\\u00f6rd", "p&#228;$$w&#xF6;rd", "p\\303\\244$$w\\303\\266rd"}},
      {"abcd efgh ijkl mnop", {"abcd+efgh+ijkl+mnop", "abcd%20efgh%20ijkl%20mnop", "abcd&nbsp;efgh&#32;ijkl mnop"}},
      {"p ä<&>", {base64_encode("p%20%C3%A4%3C%26%3E"), base64_encode("p+%C3%A4%3C%26%3E")}},
  };
  for (const auto& [password, forms] : cases) {
    for (const auto& form : forms) {
      EXPECT_EQ(mask_credentials("535 bad <<" + form + ">> end", with_password(password)), "535 bad <<****>> end")
          << form;
    }
  }
}

TEST(MaskCredentials, AllThatOurMechanismsSendOfASecretIsMasked) {
  const std::vector<std::pair<std::string, SaslIdentity>> cases = {
      {"PLAIN", with_password("secret-word")}, {"LOGIN", with_password("secret-word")},
      {"PLAIN", with_password("пароль")},      {"PLAIN", with_password("ab")},
      {"LOGIN", with_password("a")},           {"XOAUTH2", with_token("ya29.abc")},
      {"OAUTHBEARER", with_token("ya29.abc")}};
  for (const auto& [mechanism, identity] : cases) {
    for (const auto& message : sent_by(mechanism, identity)) {
      if (message == "ivan") continue;
      EXPECT_EQ(mask_credentials("not " + base64_encode(message), identity), "not ****") << mechanism;
    }
  }
}

TEST(MaskCredentials, MessageThatTheServerCutIsMaskedWhereTheSecretHasBegun) {
  const auto identity = with_token("ya29.a-very-long-token-of-many-letters");
  const auto message = base64_encode(sent_by("XOAUTH2", identity).front());
  const auto begins = base64_encode(
                          "user=ivan\x01"
                          "auth=Bearer ya29.a")
                          .size();
  for (auto size = begins; size < message.size(); ++size) {
    EXPECT_EQ(mask_credentials("cannot read " + message.substr(0, size), identity), "cannot read ****") << size;
  }
}

TEST(MaskCredentials, MessageBehindOtherLettersOfBase64IsMasked) {
  const auto message = base64_encode(std::string("\0ivan\0secret-word", 17));
  EXPECT_EQ(mask_credentials("auth/" + message, with_password("secret-word")), "****");
  EXPECT_EQ(mask_credentials("response=" + message, with_password("secret-word")), "response=****");
}

TEST(MaskCredentials, ShortPasswordIsMaskedOnlyWhereItStandsAlone) {
  EXPECT_EQ(mask_credentials("535 authentication failed: a is not a password, a", with_password("a")),
            "535 authentication failed: **** is not **** password, ****");
  EXPECT_EQ(mask_credentials("abab ab. xab", with_password("ab")), "abab ****. xab");
  EXPECT_EQ(mask_credentials("да, дай", with_password("я")), "да, дай");
}

TEST(MaskCredentials, OrdinaryRepliesStayAsTheyAre) {
  const std::string text =
      "535-5.7.8 Username and Password not accepted. Learn more at\n535 5.7.8 https://example.com/?p=Bad";
  EXPECT_EQ(mask_credentials(text, with_password("secret-word")), text);
  EXPECT_EQ(mask_credentials(text, with_token("ya29.abc")), text);
  EXPECT_EQ(mask_credentials(text, {}), text);
  EXPECT_EQ(mask_credentials("", ivan), "");
}

TEST(MaskCredentials, SecretsThatHoldEachOtherLeaveNothing) {
  const SaslIdentity identity{"ivan", "ya29", "ya29.abcdef", {}, {}, 0};
  EXPECT_EQ(mask_credentials("ya29.abcdef and ya29", identity), "**** and ****");
}

TEST(MaskCredentials, PasswordOfStarsIsNoEndlessWork) {
  EXPECT_EQ(mask_credentials("a ** b", with_password("*")), "a ******** b");
}

std::string each_as(std::string_view text, const std::string& mark, bool upper_case = true) {
  std::string out;
  for (const char c : text) {
    char digits[3];
    std::snprintf(digits, sizeof digits, upper_case ? "%02X" : "%02x", static_cast<unsigned char>(c));
    out += mark + digits;
  }
  return out;
}

std::string swapped_case(std::string text) {
  for (char& c : text) c = is_upper(c) ? lower(c) : upper(c);
  return text;
}

TEST(MaskCredentials, SecretIsMaskedInEveryEncodingThatServersAndProxiesQuoteItIn) {
  for (const std::string password : {"secret-word", "S3cr%t+w=rd", "пароль-2026", "Tr0ub4dor&3", "with space"}) {
    const auto identity = with_password(password);
    const auto sent = base64_encode(std::string("\0ivan\0", 6) + password);
    std::vector<std::string> forms = {
        each_as(password, ""),
        each_as(password, "", false),
        each_as(password, "%"),
        each_as(password, "=", false),
        each_as(password, "+"),
        each_as(password, "\\x"),
        each_as(password, ":").substr(1),
        each_as(password, " ").substr(1),
        swapped_case(password),
        upper(password),
        swapped_case(sent),
        upper(sent),
        sent.substr(0, sent.size() - 3),
        sent.substr(5),
        upper(each_as(sent, "%")),
    };
    auto urlsafe = sent;
    for (char& c : urlsafe) c = c == '+' ? '-' : c == '/' ? '_' : c;
    forms.push_back(urlsafe);
    for (const auto& form : forms) {
      const auto masked = mask_credentials("no <" + form + "> here", identity);
      EXPECT_EQ(masked.substr(0, 8), "no <****") << form << " -> " << masked;
      EXPECT_TRUE(masked.ends_with("> here")) << form << " -> " << masked;
      for (std::size_t i = 0; i + 6 <= form.size(); ++i) {
        EXPECT_EQ(masked.find(form.substr(i, 6)), std::string::npos) << form << " -> " << masked;
      }
    }
  }
}

TEST(MaskCredentials, SecretWithSomeOfItsCharactersEscapedIsMasked) {
  EXPECT_EQ(mask_credentials("a S3cr%25t%2Bw%3Drd z", with_password("S3cr%t+w=rd")), "a **** z");
  EXPECT_EQ(mask_credentials("a secret=2Dword z", with_password("secret-word")), "a **** z");
  EXPECT_EQ(mask_credentials("a s\\\"cr\\\\t z", with_password("s\"cr\\t")), "a **** z");
}

TEST(MaskCredentials, SecretWrappedOverLinesIsMaskedWhereverTheLineEnds) {
  const auto identity = with_password("secret-words");
  for (const auto& form : {std::string("secret-words"), base64_encode("secret-words"), each_as("secret-words", "")}) {
    for (std::size_t cut = 1; cut < form.size(); ++cut) {
      for (const std::string between : {"\n", "\n535-", "\n535 5.7.8 ", "=\n535-", "\n ", " "}) {
        const auto masked =
            mask_credentials("535-5.7.8 no " + form.substr(0, cut) + between + form.substr(cut), identity);
        EXPECT_TRUE(masked.starts_with("535-5.7.8 no ****")) << masked;
        EXPECT_TRUE(masked.ends_with("****")) << masked;
        EXPECT_EQ(std::count(masked.begin(), masked.end(), '\n'), std::count(between.begin(), between.end(), '\n'));
      }
    }
  }
}

TEST(MaskCredentials, EightBytesOfALongSecretAreEnough) {
  const std::string token = "ya29.a0AfH6SMBx7Qk-very-long_token.of/many+letters";
  for (std::size_t at = 0; at + 8 <= token.size(); ++at) {
    EXPECT_EQ(mask_credentials("bad <" + token.substr(at, 8) + "...>", with_token(token)).substr(0, 9), "bad <****");
  }
}

TEST(MaskCredentials, TextMadeToCostMuchCostsLinearTime) {
  const auto identity = with_token(std::string(10'000, 'a'));
  for (const std::string& unit : {std::string("a"), std::string("%61"), std::string("6"), std::string("Y")}) {
    std::string text;
    while (text.size() < 64 * 1024) text += unit;
    EXPECT_LE(mask_credentials(text, identity).size(), text.size());
  }
}

using Where = SecretMask::Where;

TEST(SecretMask, WhateverNeedsMaskingIsNoticed) {
  const std::string whole = "pass/phrase of+thirty-odd bytes!";
  for (std::size_t size = 1; size <= whole.size(); ++size) {
    const auto identity = with_password(whole.substr(0, size));
    const SecretMask mask(identity);
    for (std::size_t before = 0; before < 7; ++before) {
      const auto digits = base64_encode(std::string(before, '\xA5') + identity.password + "\x01\x02");
      for (std::size_t cut = 0; cut <= digits.size(); ++cut) {
        const auto text = "no <" + digits.substr(0, cut) + ">";
        const auto in_auth = mask.masked(text, Where::in_auth);
        if (size > 3 && in_auth != text) {
          EXPECT_TRUE(mask.concerns(text, Where::elsewhere)) << size << ' ' << text;
        }
        const auto masked = mask.masked(text, Where::elsewhere);
        if (size > 3) {
          EXPECT_EQ(masked, in_auth);
        }
      }
    }
  }
}

TEST(SecretMask, SecretThatLooksLikeACodeIsMaskedAndTheCodeOfAReplyStays) {
  for (const std::string secret : {"535-5.7.8", "535", "5355", "550 xyz"}) {
    const SecretMask mask(with_password(secret));
    EXPECT_EQ(mask.masked(secret, Where::in_auth), "****") << secret;
    EXPECT_EQ(mask.masked_reply("535-5.7.8 a\n535 5.7.8 <" + secret + ">\n", Where::in_auth),
              "535-5.7.8 a\n535 5.7.8 <****>\n");
  }
}

TEST(SecretMask, OrdinaryRepliesAreLeftAlone) {
  const SecretMask mask(with_password("secret-word"));
  for (const std::string text : {"250 2.0.0 Ok: queued as 4XYZabc", "220 mx.example ESMTP Postfix", ""}) {
    EXPECT_FALSE(mask.concerns(text, Where::elsewhere));
  }
  const SecretMask nothing((SaslIdentity()));
  EXPECT_FALSE(nothing.concerns("anything", Where::in_auth));
  EXPECT_FALSE(nothing.concerns("anything", Where::elsewhere));
}

TEST(SecretMask, ShortSecretIsMaskedInWordsOnlyWithinAuth) {
  const SecretMask mask(with_password("abc"));
  EXPECT_EQ(mask.masked("535 abc", Where::in_auth), "535 ****");
  EXPECT_EQ(mask.masked("535 abc YWJj", Where::elsewhere), "535 abc ****");
}

}  // namespace
}  // namespace gatepost::smtp
