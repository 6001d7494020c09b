#pragma once
#include <string>
#include <utility>
#include <vector>

#include "client_script.hpp"

namespace gatepost::smtp {

// In the place of a reply: the TLS handshake, and whatever a real server of the mechanism says to what the client
// wrote.
inline const std::string tls_step;
inline const std::string sasl_step = "<sasl>";
// The reply to RSET, which the player knows by its words.
inline const std::string reset_step = "250 reset\r\n";

// The server's part of a whole session, as the groups of replies it sends. Between two groups the client writes all it
// has and hands in letters as long as the session wants some.
struct Scenario {
  std::string name;
  ClientOptions options;
  std::vector<std::string> replies;
  std::size_t letters = 0;
  std::size_t body_bytes = 0;  // of each letter, besides its few lines
  std::size_t questions = 0;
};

inline ClientOptions full_options() {
  auto options = plain_options();
  options.security = Security::starttls;
  options.identity.login = "ivan";
  options.identity.password = "secret-word";
  return options;
}

inline std::vector<std::string> operator+(std::vector<std::string> a, const std::vector<std::string>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

inline const std::vector<std::string> envelope = {"250 ok\r\n", "250 ok\r\n", "550 no\r\n"};

inline std::vector<Scenario> letter_scenarios() {
  const std::string ehlo = ClientScript::ehlo_reply({"STARTTLS", "PIPELINING", "SIZE 500000", "AUTH PLAIN LOGIN"});
  const std::vector<std::string> shake = {"220 mx\r\n", ehlo, "220 go\r\n", tls_step, ehlo, "235 ok\r\n"};
  auto one = full_options();
  one.one_round_trip = true;
  return {
      {"Pipelined", full_options(),
       shake + std::vector<std::string>{"250 ok\r\n", "250 ok\r\n", "250 ok\r\n", "354 go\r\n", "250 done\r\n",
                                        "250 ok\r\n250 ok\r\n550 no\r\n", "354 go\r\n", "250 done\r\n", "221 bye\r\n"},
       2},
      {"OneRoundTrip", one,
       shake + std::vector<std::string>{"250 ok\r\n250 ok\r\n", "250 ok\r\n", "354 go\r\n", "250 done\r\n",
                                        "250 ok\r\n", "550 no\r\n", "550 no\r\n", "354 go\r\n", "554 none\r\n",
                                        reset_step, "250 ok\r\n250 ok\r\n250 ok\r\n354 go\r\n", "250 done\r\n",
                                        "221 bye\r\n"},
       3},
      {"Reset", full_options(),
       shake + std::vector<std::string>{"250 ok\r\n550 no\r\n550 no\r\n", reset_step, "250 ok\r\n250 ok\r\n250 ok\r\n",
                                        "451 no\r\n", reset_step, "250 ok\r\n250 ok\r\n250 ok\r\n", "354 go\r\n",
                                        "250 done\r\n", "221 bye\r\n"},
       3},
      {"ResetOneByOne", plain_options(),
       std::vector<std::string>{"220 mx\r\n", ClientScript::ehlo_reply({}), "250 ok\r\n", "550 no\r\n", "550 no\r\n",
                                reset_step} +
           envelope + std::vector<std::string>{"354 go\r\n", "250 done\r\n", "221 bye\r\n"},
       2},
      {"OneByOne", plain_options(),
       std::vector<std::string>{"220 mx\r\n", "500 no\r\n", "250 mx\r\n"} + envelope +
           std::vector<std::string>{"354 go\r\n", "250 done\r\n", "221 bye\r\n"},
       1},
  };
}

inline std::vector<Scenario> lmtp_scenarios() {
  auto options = plain_options();
  options.lmtp = true;
  auto one = options;
  one.one_round_trip = true;
  auto chunked = options;
  chunked.chunking = true;
  const std::string lhlo = ClientScript::ehlo_reply({"PIPELINING", "CHUNKING"});
  return {
      {"Lmtp",
       options,
       {"220 mx\r\n", lhlo, "250 ok\r\n250 ok\r\n250 ok\r\n", "354 go\r\n", "250 a\r\n", "550 b\r\n",
        "250 ok\r\n550 no\r\n250 ok\r\n", "354 go\r\n", "250 b\r\n", "221 bye\r\n"},
       2},
      {"LmtpOneByOne",
       options,
       {"220 mx\r\n", ClientScript::ehlo_reply({}), "250 ok\r\n", "250 ok\r\n", "250 ok\r\n", "354 go\r\n", "250 a\r\n",
        "250 b\r\n", "221 bye\r\n"},
       1},
      {"LmtpOneRoundTrip",
       one,
       {"220 mx\r\n", lhlo, "250 ok\r\n250 ok\r\n250 ok\r\n354 go\r\n", "250 a\r\n", "250 b\r\n250 ok\r\n",
        "250 ok\r\n", "550 no\r\n", "354 go\r\n", "250 a\r\n", "221 bye\r\n"},
       2},
      {"LmtpChunked",
       chunked,
       {"220 mx\r\n", lhlo, "250 ok\r\n250 ok\r\n250 ok\r\n", "250 a\r\n", "452 b\r\n", "221 bye\r\n"},
       1},
  };
}

inline std::vector<Scenario> chunking_scenarios() {
  auto options = plain_options();
  options.chunking = true;
  const std::vector<std::string> shake = {"220 mx\r\n", ClientScript::ehlo_reply({"PIPELINING", "CHUNKING"})};
  const std::vector<std::string> slow = {"220 mx\r\n", ClientScript::ehlo_reply({"CHUNKING"})};
  return {
      {"Chunked", options,
       shake + envelope + std::vector<std::string>{"250 done\r\n"} + envelope +
           std::vector<std::string>{"250 done\r\n", "221 bye\r\n"},
       2},
      {"ManyChunks", options,
       shake + envelope + std::vector<std::string>{"250 ok\r\n", "250 ok\r\n", "250 done\r\n", "221 bye\r\n"}, 1,
       150'000},
      {"ManyChunksOneByOne", options,
       slow + envelope + std::vector<std::string>{"250 ok\r\n", "250 ok\r\n", "250 done\r\n", "221 bye\r\n"}, 1,
       150'000},
      {"RefusedChunk", options,
       shake + envelope + std::vector<std::string>{"452 full\r\n", "503 no\r\n", reset_step, "221 bye\r\n"}, 1,
       150'000},
  };
}

inline std::vector<Scenario> auth_scenarios() {
  std::vector<Scenario> all;
  for (const std::string mechanism :
       {"PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-256", "SCRAM-SHA-256-PLUS", "XOAUTH2", "OAUTHBEARER", "EXTERNAL"}) {
    auto options = full_options();
    options.security = Security::implicit_tls;
    std::vector<std::string> exchange(4, sasl_step);
    if (mechanism == "XOAUTH2" || mechanism == "OAUTHBEARER") options.identity.access_token = "token";
    if (mechanism == "EXTERNAL") {
      options.client_certificate = true;
      exchange = {"235 ok\r\n"};
    }
    all.push_back({"Auth " + mechanism, options,
                   std::vector<std::string>{tls_step, "220 mx\r\n",
                                            ClientScript::ehlo_reply({"PIPELINING", "AUTH " + mechanism})} +
                       exchange + envelope + std::vector<std::string>{"354 go\r\n", "250 done\r\n", "221 bye\r\n"},
                   1});
  }
  return all;
}

inline std::vector<Scenario> other_scenarios() {
  auto xclient = full_options();
  xclient.xclient = {{"NAME", "x"}};
  const std::string offer = ClientScript::ehlo_reply({"STARTTLS", "XCLIENT NAME", "PIPELINING", "AUTH PLAIN"});
  return {
      {"Xclient", xclient,
       std::vector<std::string>{"220 mx\r\n", offer, "220 go\r\n", tls_step, offer, "220 mx\r\n", offer, "235 ok\r\n"} +
           envelope + std::vector<std::string>{"354 go\r\n", "250 done\r\n", "221 bye\r\n"},
       1},
      {"Questions",
       plain_options(),
       {"220 mx\r\n", ClientScript::ehlo_reply({"PIPELINING"}), "250 ok\r\n", "252 perhaps\r\n", "221 bye\r\n"},
       0,
       0,
       2},
      {"MailMax", plain_options(),
       std::vector<std::string>{"220 mx\r\n", ClientScript::ehlo_reply({"PIPELINING", "LIMITS MAILMAX=1"})} + envelope +
           std::vector<std::string>{"354 go\r\n", "250 done\r\n", "221 bye\r\n"},
       1},
  };
}

inline std::vector<Scenario> scenarios() {
  std::vector<Scenario> all;
  for (auto part : {letter_scenarios, lmtp_scenarios, chunking_scenarios, auth_scenarios, other_scenarios}) {
    for (auto& scenario : part()) all.push_back(std::move(scenario));
  }
  return all;
}

}  // namespace gatepost::smtp
