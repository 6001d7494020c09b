#pragma once
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gatepost/mime/compose/compose.hpp"

namespace gatepost::mime {

/// Text with gaps that a recipient's values fill: literals[0] slots[0] literals[1] ... literals[n].
struct MergeText {
  struct Slot {
    std::size_t column = 0;
    bool escape = false;  ///< & < > ' " as in html, the way Jinja2's autoescape writes them
  };
  std::vector<std::string> literals{""};  ///< one more than slots; UTF-8
  std::vector<Slot> slots;
};

/// What differs from letter to letter. Views live as long as the call.
struct MergeRow {
  std::string_view to_address;  ///< wire form
  std::string_view to_name;
  std::string_view message_id;                               ///< without <>; empty: a new one is made
  std::string_view letter_id;                                ///< X-Letter-Id; may be empty
  std::span<const std::string_view> values;                  ///< by column
  std::span<const std::shared_ptr<const Part>> attachments;  ///< besides the shared ones
};

/// A campaign's letter, made ready once: shared headers written, the MIME skeleton built, text that does not change
/// encoded. Immutable; threads share it.
class MergeProgram {
 public:
  struct Source {
    LetterContent shared;  ///< to, subject, text, html, message_id, letter_id and list_unsubscribe are not looked at
    MergeText subject;
    std::optional<MergeText> text;
    std::optional<MergeText> html;
    std::optional<MergeText> list_unsubscribe;
    std::size_t columns = 0;  ///< how many values a row has
  };
  /// InputError for what no letter could be made of: a bad header, a slot without a column ...
  static Result<std::shared_ptr<const MergeProgram>, InputError> make(Source source);
  virtual ~MergeProgram() = default;

  /// The finished letter, as compose() would make it of the row's texts; only that the transfer encoding is the one
  /// that suits the literals. `now`: its Date, where the shared content has none. InputError names the part of the row
  /// that the injection gate refuses.
  virtual Result<std::string, InputError> render(const MergeRow& row, TimePoint now) const = 0;

  /// Whether all letters have the same body, byte for byte, but for rows with attachments of their own.
  virtual bool same_body() const = 0;
  virtual const Mailbox& from() const = 0;
  /// How many values a row has.
  virtual std::size_t columns() const = 0;
};

}  // namespace gatepost::mime
