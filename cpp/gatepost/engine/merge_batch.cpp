#include "gatepost/engine/merge_batch.hpp"

#include <boost/container/small_vector.hpp>

namespace gatepost::engine {

Result<std::string, InputError> render_row(const MergeBatch& batch, std::size_t row, std::string_view message_id,
                                           TimePoint now) {
  constexpr std::size_t usual_columns = 16;
  boost::container::small_vector<std::string_view, usual_columns> values;
  for (const auto& column : batch.columns) values.push_back(column[row]);
  mime::MergeRow letter;
  letter.to_address = batch.to_address[row];
  letter.to_name = batch.to_name[row];
  letter.message_id = message_id;
  if (!batch.letter_id.empty()) letter.letter_id = batch.letter_id[row];
  letter.values = {values.data(), values.size()};
  if (!batch.attachments.empty()) letter.attachments = batch.attachments[row];
  return batch.program->render(letter, now);
}

}  // namespace gatepost::engine
