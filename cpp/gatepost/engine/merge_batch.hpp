#pragma once
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gatepost/mime/merge/merge.hpp"

namespace gatepost::engine {

/// The rows of one merge, by columns of equal length. Immutable once it is submitted; the jobs of its rows share it.
struct MergeBatch {
  std::shared_ptr<const mime::MergeProgram> program;
  std::vector<std::string> to_address;  ///< wire form
  std::vector<std::string> to_name;
  std::vector<std::string> message_id;                                      ///< without <>; "": a new one is made
  std::vector<std::string> letter_id;                                       ///< empty: none has one
  std::vector<std::vector<std::string>> columns;                            ///< values, column by column
  std::vector<std::vector<std::shared_ptr<const mime::Part>>> attachments;  ///< empty: none has any
};

/// The letter of a row. `message_id`: of the row, or made for it.
Result<std::string, InputError> render_row(const MergeBatch& batch, std::size_t row, std::string_view message_id,
                                           TimePoint now);

}  // namespace gatepost::engine
