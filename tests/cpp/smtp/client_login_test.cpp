#include "gatepost/smtp/client/login.hpp"

#include "client_operation.hpp"
#include "gatepost/core/base64.hpp"

namespace gatepost::smtp {
namespace {

using codes::Category;
using codes::Phase;

ClientOptions ivan(bool cleartext = true) {
  auto options = plain_options();
  options.identity.login = "ivan";
  options.identity.password = "secret-word";
  options.allow_cleartext_auth = cleartext;
  return options;
}

TEST(Login, IsDueForALoginATokenOrACertificate) {
  const auto due = [](const ClientOptions& options) {
    OperationScript script(options);
    return Login(script.context).due();
  };
  EXPECT_FALSE(due(plain_options()));
  EXPECT_TRUE(due(ivan()));
  auto token = plain_options();
  token.identity.access_token = "t";
  EXPECT_TRUE(due(token));
  auto certificate = plain_options();
  certificate.client_certificate = true;
  EXPECT_TRUE(due(certificate));
}

TEST(Login, PlainTakesOneLineThatTheLogDoesNotShow) {
  OperationScript script(ivan());
  script.context.extensions.auth = {"PLAIN"};
  Login login(script.context);
  expect_step(login.begin(), Progress::more);
  EXPECT_EQ(script.context.wire.phase(), Phase::auth);
  EXPECT_EQ(script.written(), "AUTH PLAIN " + base64_encode(std::string("\0ivan\0secret-word", 17)) + "\r\n");
  expect_step(script.say("235 2.7.0 ok"), Progress::done);
  EXPECT_EQ(script.context.facts.auth_mechanism, "PLAIN");
  EXPECT_NE(script.context.log.text().find("C: AUTH PLAIN ****\n"), std::string::npos);
}

TEST(Login, RefusedMechanismIsFollowedByTheNextARefusedPasswordByQuit) {
  OperationScript script(ivan());
  script.context.extensions.auth = {"PLAIN", "LOGIN"};
  Login login(script.context);
  expect_step(login.begin(), Progress::more);
  script.written();
  expect_step(script.say("504 5.5.4 unknown"), Progress::more);
  EXPECT_EQ(script.written(), "AUTH LOGIN\r\n");
  expect_step(script.say("334 VXNlcm5hbWU6"), Progress::more);
  EXPECT_EQ(script.written(), base64_encode("ivan") + "\r\n");
  expect_step(script.say("334 UGFzc3dvcmQ6"), Progress::more);
  EXPECT_EQ(script.written(), base64_encode("secret-word") + "\r\n");
  const auto why = expect_ending(script.say("535 5.7.8 bad secret-word"), Category::auth_failed, "QUIT\r\n");
  EXPECT_EQ(why.server_text.find("secret-word"), std::string::npos);
}

TEST(Login, PasswordDoesNotTravelUnencrypted) {
  OperationScript script(ivan(false));
  script.context.extensions.auth = {"PLAIN"};
  Login login(script.context);
  expect_ending(login.begin(), Category::auth_policy, "QUIT\r\n");
  EXPECT_EQ(script.written(), "");
}

TEST(Login, BrokenExchangeIsCancelled) {
  OperationScript script(ivan());
  script.context.extensions.auth = {"SCRAM-SHA-256"};
  Login login(script.context);
  expect_step(login.begin(), Progress::more);
  script.written();
  expect_ending(script.say("334 bm9uc2Vuc2U="), Category::protocol_error, "*\r\nQUIT\r\n");
}

TEST(Login, CertificateAloneMayBeAllThatTheServerWanted) {
  auto options = plain_options();
  options.client_certificate = true;
  OperationScript script(options);
  Login login(script.context);
  expect_step(login.begin(), Progress::done);
  EXPECT_EQ(script.written(), "");
}

}  // namespace
}  // namespace gatepost::smtp
