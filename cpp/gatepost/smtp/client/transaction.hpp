#pragma once
#include <cstddef>
#include <memory>
#include <string_view>

#include "gatepost/smtp/client/requests.hpp"
#include "gatepost/smtp/client/session.hpp"
#include "gatepost/smtp/transcript.hpp"

namespace gatepost::smtp {

/// One letter on its way through the session.
struct Transaction {
  explicit Transaction(ClientLetter submitted, std::size_t max_transcript_bytes);

  ClientLetter letter;
  LetterOutcome outcome;
  Transcript transcript;
  std::unique_ptr<const RequestParameters> requested;  ///< null where the letter asks for nothing
  std::size_t alive = 0;                               ///< recipients nobody has refused yet
  std::size_t next_rcpt = 0;                           ///< the first recipient whose RCPT has not been written
  std::size_t pending = 0;                             ///< replies to MAIL, RCPT and chunks still to come
  std::size_t finals = 0;                              ///< replies to the whole letter still to come
  std::size_t chunk_at = 0;                            ///< BDAT: the first byte that no chunk holds yet
  std::size_t size = 0;  ///< in octets, as it goes out; known where the server asks for it
  bool eight_bit = false;
  bool smtp_utf8 = false;
  bool chunked = false;  ///< goes by BDAT
  bool checked = false;  ///< passed the checks that need no server
  bool begun = false;    ///< MAIL is written
  bool data_written = false;
  bool body_begun = false;  ///< the server wants it and somebody is to get the letter
  bool body_out = false;    ///< its last byte was handed out for writing
  bool answered = false;    ///< at least one reply spoke of this letter
  bool opened = false;      ///< MAIL or a RCPT was accepted: without a letter behind them, RSET is due
  bool done = false;        ///< the outcome is final

  void accept(std::size_t recipient) { outcome.recipients[recipient].accepted = true; }
  void refuse(std::size_t recipient, codes::Failure failure);
  /// The failure of every recipient about whom nothing is known yet.
  void refuse_all(const codes::Failure& failure);
  /// all_or_nothing and somebody was refused: the others share the fate, but not the blame.
  void refuse_all_if_one_was();
  /// Nothing of it was said to a server: it may go out on another connection.
  void return_untouched(const codes::Failure& failure);
  std::string_view data() const { return *letter.data; }
};

}  // namespace gatepost::smtp
