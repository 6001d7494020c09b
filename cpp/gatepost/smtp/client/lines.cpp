#include "gatepost/smtp/client/session_impl.hpp"

namespace gatepost::smtp {

void ClientSession::Impl::finish_command(std::size_t from, Command sent, Transaction* letter, std::size_t recipient,
                                         std::string_view shown) {
  if (options.keep_transcript) {
    const auto line = shown.empty() ? std::string_view(staged).substr(from) : shown;
    session_log.client(line);
    if (letter != nullptr) letter->transcript.client(line);
  }
  staged.append("\r\n");
  expected.push_back({sent, letter, recipient, taken + staged.size()});
}

void ClientSession::Impl::command(std::string_view line, Command sent, std::string_view shown) {
  const auto from = staged.size();
  staged.append(line);
  finish_command(from, sent, nullptr, 0, shown);
}

void ClientSession::Impl::log_note(Transaction* letter, std::string_view text) {
  if (!options.keep_transcript || text.empty()) return;
  session_log.note(text);
  if (letter != nullptr) letter->transcript.note(text);
}

void ClientSession::Impl::log_reply(Transaction* letter) {
  if (!options.keep_transcript) return;
  const auto log = [&](std::string_view line) {
    session_log.server(line);
    if (letter != nullptr) letter->transcript.server(line);
  };
  for (const auto line : reader.lines()) quoting ? log(heard(line)) : log(line);
}

}  // namespace gatepost::smtp
