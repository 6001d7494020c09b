#include <pybind11/stl.h>

#include <string_view>

#include "bindings.hpp"
#include "gatepost/mime/merge/merge.hpp"
#include "seconds.hpp"
#include "without_gil.hpp"

namespace gatepost::bindings {

namespace {

using mime::MergeProgram;
// pybind11 keeps no pointers to const; nothing that is bound below changes a program.
using ProgramPtr = std::shared_ptr<MergeProgram>;
using PartPtr = std::shared_ptr<mime::Part>;
/// literals, and (column, escape) for each slot
using TextTuple = std::tuple<std::vector<std::string>, std::vector<std::pair<std::size_t, bool>>>;

mime::MergeText to_text(TextTuple given) {
  mime::MergeText text;
  text.literals = std::move(std::get<0>(given));
  for (const auto& [column, escape] : std::get<1>(given)) text.slots.push_back({column, escape});
  return text;
}

std::optional<mime::MergeText> to_text(std::optional<TextTuple> given) {
  return given ? std::optional(to_text(*std::move(given))) : std::nullopt;
}

ProgramPtr make_program(const mime::LetterContent& shared, TextTuple subject, std::optional<TextTuple> text,
                        std::optional<TextTuple> html, std::optional<TextTuple> list_unsubscribe, std::size_t columns) {
  const WorkWithoutGil work;
  MergeProgram::Source source;
  source.shared = shared;
  source.subject = to_text(std::move(subject));
  source.text = to_text(std::move(text));
  source.html = to_text(std::move(html));
  source.list_unsubscribe = to_text(std::move(list_unsubscribe));
  source.columns = columns;
  return std::const_pointer_cast<MergeProgram>(unwrap(MergeProgram::make(std::move(source))));
}

py::bytes render(const MergeProgram& self, const std::string& to_address, const std::string& to_name,
                 const std::string& message_id, const std::string& letter_id, const std::vector<std::string>& values,
                 const std::vector<PartPtr>& attachments, std::optional<double> date) {
  const auto now = date ? time_from_unix(*date, "date") : std::chrono::system_clock::now();
  const std::vector<std::string_view> views(values.begin(), values.end());
  const std::vector<std::shared_ptr<const mime::Part>> parts(attachments.begin(), attachments.end());
  std::string letter;
  {
    const WorkWithoutGil work;
    letter = unwrap(self.render({to_address, to_name, message_id, letter_id, views, parts}, now));
  }
  return letter;
}

}  // namespace

void bind_merge(py::module_& m) {
  using namespace py::literals;
  py::class_<MergeProgram, ProgramPtr>(m, "MergeProgram")
      .def(py::init(&make_program), "shared"_a, "subject"_a, "text"_a = py::none(), "html"_a = py::none(),
           "list_unsubscribe"_a = py::none(), "columns"_a = 0)
      .def("render", &render, py::kw_only(), "to_address"_a, "to_name"_a = "", "message_id"_a = "", "letter_id"_a = "",
           "values"_a = std::vector<std::string>(), "attachments"_a = std::vector<PartPtr>(), "date"_a = py::none())
      .def_property_readonly("same_body", &MergeProgram::same_body)
      .def_property_readonly("columns", &MergeProgram::columns);
}

}  // namespace gatepost::bindings
