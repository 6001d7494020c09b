#include <pybind11/stl.h>

#include <string_view>

#include "bindings.hpp"
#include "gatepost/core/text_gate.hpp"
#include "gatepost/mime/compose/compose.hpp"
#include "gatepost/mime/compose/header_fields.hpp"
#include "gatepost/mime/compose/letter_check.hpp"
#include "gatepost/mime/compose/letter_header.hpp"
#include "gatepost/mime/compose/user_header.hpp"
#include "gatepost/mime/encoding/charset_guess.hpp"
#include "gatepost/mime/header/encoded_word.hpp"
#include "gatepost/mime/parse/parse.hpp"
#include "letter_bytes.hpp"
#include "seconds.hpp"
#include "text.hpp"
#include "without_gil.hpp"

namespace gatepost::bindings {

namespace {

using mime::LetterContent;
using mime::ParsedLetter;
using mime::ParsedPart;
using mime::Part;
// pybind11 keeps no pointers to const; nothing that is bound below changes a Part.
using PartPtr = std::shared_ptr<Part>;
using Pair = std::pair<std::string, std::string>;

mime::Mailbox to_mailbox(Pair pair) { return {std::move(pair.first), std::move(pair.second)}; }
Pair to_pair(const mime::Mailbox& mailbox) { return {mailbox.name, mailbox.address}; }

std::vector<mime::Mailbox> to_mailboxes(std::vector<Pair> pairs) {
  std::vector<mime::Mailbox> mailboxes;
  mailboxes.reserve(pairs.size());
  for (Pair& pair : pairs) mailboxes.push_back(to_mailbox(std::move(pair)));
  return mailboxes;
}

std::vector<Pair> to_pairs(const std::vector<mime::Mailbox>& mailboxes) {
  std::vector<Pair> pairs;
  pairs.reserve(mailboxes.size());
  for (const mime::Mailbox& mailbox : mailboxes) pairs.push_back(to_pair(mailbox));
  return pairs;
}

PartPtr make_part(const py::bytes& data, std::string name, std::string type, std::string content_id) {
  const std::string_view bytes = data;
  const WorkWithoutGil work;
  auto part = Part::make({std::string(bytes), std::move(name), std::move(type), std::move(content_id)});
  return std::const_pointer_cast<Part>(unwrap(std::move(part)));
}

PartPtr part_from_file(const std::string& path, std::string name, std::string type, std::string content_id) {
  const WorkWithoutGil work;
  auto part = Part::from_file(path, {{}, std::move(name), std::move(type), std::move(content_id)});
  return std::const_pointer_cast<Part>(unwrap(std::move(part)));
}

PartPtr alternative_part(const std::string& text, const std::string& type) {
  return std::const_pointer_cast<Part>(unwrap(Part::alternative(text, type)));
}

using Groups = std::vector<std::tuple<std::string, std::size_t, std::size_t>>;

std::vector<mime::AddressGroup> to_groups(Groups&& groups) {
  std::vector<mime::AddressGroup> out;
  out.reserve(groups.size());
  for (auto& [name, first, count] : groups) out.push_back({std::move(name), first, count});
  return out;
}

std::pair<std::vector<Pair>, Groups> parse_address_list(const std::string& text) {
  mime::AddressList list = unwrap(mime::parse_address_list(text));
  Groups groups;
  groups.reserve(list.groups.size());
  for (mime::AddressGroup& group : list.groups) groups.emplace_back(std::move(group.name), group.first, group.count);
  return {to_pairs(list.mailboxes), std::move(groups)};
}

LetterContent make_content(Pair from, std::optional<Pair> sender, std::vector<Pair> to, std::vector<Pair> cc,
                           std::vector<Pair> reply_to, std::string subject, std::optional<std::string> text,
                           std::optional<std::string> html, const std::vector<PartPtr>& inline_parts,
                           const std::vector<PartPtr>& attachments, std::vector<Pair> headers, std::string message_id,
                           std::optional<double> date, std::string date_zone, std::string campaign_id,
                           std::string letter_id, std::string list_unsubscribe,
                           const std::vector<PartPtr>& alternatives, std::vector<std::string> in_reply_to,
                           std::vector<std::string> references, Groups to_group_list, Groups cc_group_list,
                           Groups reply_to_group_list) {
  LetterContent content;
  content.from = to_mailbox(std::move(from));
  if (sender) content.sender = to_mailbox(*std::move(sender));
  content.to = to_mailboxes(std::move(to));
  content.cc = to_mailboxes(std::move(cc));
  content.reply_to = to_mailboxes(std::move(reply_to));
  content.subject = std::move(subject);
  content.text = std::move(text);
  content.html = std::move(html);
  content.inline_parts.assign(inline_parts.begin(), inline_parts.end());
  content.attachments.assign(attachments.begin(), attachments.end());
  content.headers = std::move(headers);
  content.message_id = std::move(message_id);
  if (date) content.date = time_from_unix(*date, "date");
  content.date_zone = std::move(date_zone);
  content.campaign_id = std::move(campaign_id);
  content.letter_id = std::move(letter_id);
  content.list_unsubscribe = std::move(list_unsubscribe);
  content.alternatives.assign(alternatives.begin(), alternatives.end());
  content.in_reply_to = std::move(in_reply_to);
  content.references = std::move(references);
  content.to_groups = to_groups(std::move(to_group_list));
  content.cc_groups = to_groups(std::move(cc_group_list));
  content.reply_to_groups = to_groups(std::move(reply_to_group_list));
  return content;
}

LetterBytes compose(const LetterContent& content) {
  const WorkWithoutGil work;
  return {std::make_shared<const std::string>(unwrap(mime::compose(content)))};
}

ParsedLetter parse(const py::object& raw) {
  const std::string_view view = bytes_of(raw);
  const WorkWithoutGil work;
  return mime::parse(view);
}

std::string header_form(std::string_view name) {
  switch (mime::form_of(name)) {
    case mime::HeaderForm::plain:
      return "plain";
    case mime::HeaderForm::phrase:
      return "phrase";
    case mime::HeaderForm::addresses:
      return "addresses";
    case mime::HeaderForm::text:
      break;
  }
  return "text";
}

/// A header field as a letter of ours would have it, whoever wrote its value.
py::bytes header_field(const std::string& name, const std::string& value) {
  if (auto error = check_line(name, value, Tabs::allowed)) throw InputException{*std::move(error)};
  std::string field;
  mime::append_header_field(field, name, value);
  return field;
}

py::bytes address_field(const std::string& name, std::vector<Pair> mailboxes, Groups groups) {
  const auto list = to_mailboxes(std::move(mailboxes));
  const auto in_groups = to_groups(std::move(groups));
  if (auto error = mime::check_list(name, list, in_groups)) throw InputException{*std::move(error)};
  std::string field;
  mime::append_mailbox_field(field, name, list, in_groups);
  return field;
}

void bind_composing(py::module_& m) {
  using namespace py::literals;
  py::class_<Part, PartPtr>(m, "Part")
      .def(py::init(&make_part), "data"_a, "name"_a = "", "type"_a = "", "content_id"_a = "")
      .def_static("from_file", &part_from_file, "path"_a, "name"_a = "", "type"_a = "", "content_id"_a = "")
      .def_static("alternative", &alternative_part, "text"_a, "type"_a)
      .def_property_readonly("name", &Part::name)
      .def_property_readonly("encoded_size", &Part::encoded_size);
  py::class_<LetterContent, std::shared_ptr<LetterContent>>(m, "LetterContent")
      .def(py::init(&make_content), py::kw_only(), "from_"_a, "sender"_a = py::none(), "to"_a = py::tuple(),
           "cc"_a = py::tuple(), "reply_to"_a = py::tuple(), "subject"_a = "", "text"_a = py::none(),
           "html"_a = py::none(), "inline_parts"_a = py::tuple(), "attachments"_a = py::tuple(),
           "headers"_a = py::tuple(), "message_id"_a = "", "date"_a = py::none(), "date_zone"_a = "+0000",
           "campaign_id"_a = "", "letter_id"_a = "", "list_unsubscribe"_a = "", "alternatives"_a = py::tuple(),
           "in_reply_to"_a = py::tuple(), "references"_a = py::tuple(), "to_groups"_a = py::tuple(),
           "cc_groups"_a = py::tuple(), "reply_to_groups"_a = py::tuple());
  py::class_<LetterBytes>(m, "LetterBytes")
      .def("__bytes__", [](const LetterBytes& self) { return py::bytes(*self.data); })
      .def("__len__", [](const LetterBytes& self) { return self.data->size(); })
      .def(py::pickle([](const LetterBytes& self) { return py::bytes(*self.data); },
                      [](const py::bytes& data) {
                        return LetterBytes{std::make_shared<const std::string>(std::string_view(data))};
                      }));
  m.def("compose", &compose, "content"_a);
  m.def("header_form", &header_form, "name"_a);
  m.def("header_field", &header_field, "name"_a, "value"_a);
  m.def("address_field", &address_field, "name"_a, "mailboxes"_a, "groups"_a);
  m.def(
      "decode_encoded_words", [](const std::string& value) { return to_text(mime::decode_encoded_words(value)); },
      "value"_a);
  m.def("make_message_id", &mime::make_message_id, "sender_address"_a);
}

void bind_addresses(py::module_& m) {
  using namespace py::literals;
  m.def(
      "normalise_address", [](const std::string& address) { return unwrap(mime::normalise_address(address)); },
      "address"_a);
  m.def("needs_smtputf8", &mime::needs_smtputf8, "address"_a);
  m.def(
      "parse_mailbox", [](const std::string& text) { return to_pair(unwrap(mime::parse_mailbox(text))); }, "text"_a);
  m.def(
      "parse_mailbox_list", [](const std::string& text) { return to_pairs(unwrap(mime::parse_mailbox_list(text))); },
      "text"_a);
  m.def("parse_address_list", &parse_address_list, "text"_a);
}

template <class T>
auto mailboxes(std::vector<mime::Mailbox> T::*member) {
  return [member](const T& self) { return to_pairs(self.*member); };
}

/// A member as it came, in which there may be bytes of no charset.
template <class T>
auto text_of(std::string T::*member) {
  return [member](const T& self) { return to_text(self.*member); };
}

void bind_parsing(py::module_& m) {
  using namespace py::literals;
  py::class_<ParsedPart, std::shared_ptr<ParsedPart>>(m, "ParsedPart")
      .def_property_readonly("type", text_of(&ParsedPart::type))
      .def_property_readonly("charset", text_of(&ParsedPart::charset))
      .def_property_readonly("disposition", text_of(&ParsedPart::disposition))
      .def_readonly("file_name", &ParsedPart::file_name)
      .def_property_readonly("content_id", text_of(&ParsedPart::content_id))
      .def_property_readonly("content", [](const ParsedPart& self) { return py::bytes(self.content); })
      .def_readonly("depth", &ParsedPart::depth)
      .def_property_readonly("span", [](const ParsedPart& self) { return std::pair(self.begin, self.end); })
      .def_readonly("headers", &ParsedPart::headers);
  py::class_<ParsedLetter, std::shared_ptr<ParsedLetter>>(m, "ParsedLetter")
      .def_readonly("headers", &ParsedLetter::headers)
      .def_readonly("subject", &ParsedLetter::subject)
      .def_property_readonly("from_", mailboxes(&ParsedLetter::from))
      .def_property_readonly("sender", mailboxes(&ParsedLetter::sender))
      .def_property_readonly("to", mailboxes(&ParsedLetter::to))
      .def_property_readonly("cc", mailboxes(&ParsedLetter::cc))
      .def_property_readonly("bcc", mailboxes(&ParsedLetter::bcc))
      .def_property_readonly("reply_to", mailboxes(&ParsedLetter::reply_to))
      .def_property_readonly("message_id", text_of(&ParsedLetter::message_id))
      .def_property_readonly(
          "text", [](const ParsedLetter& self) { return self.has_text ? std::optional(self.text) : std::nullopt; })
      .def_property_readonly(
          "html", [](const ParsedLetter& self) { return self.has_html ? std::optional(self.html) : std::nullopt; })
      // A list of references into the letter, which each of them keeps alive.
      .def_property_readonly("parts",
                             [](const py::object& self) {
                               auto& letter = self.cast<ParsedLetter&>();
                               py::list parts;
                               for (ParsedPart& part : letter.parts) {
                                 parts.append(py::cast(&part, py::return_value_policy::reference_internal, self));
                               }
                               return parts;
                             })
      .def_property_readonly("nodes",
                             [](const ParsedLetter& self) {
                               py::list nodes;
                               for (const mime::PartNode& node : self.nodes) {
                                 nodes.append(py::make_tuple(to_text(node.type), node.parent, node.part));
                               }
                               return nodes;
                             })
      .def_readonly("warnings", &ParsedLetter::warnings);
  m.def("parse", &parse, "raw"_a);
  m.def(
      "guess_charset", [](const py::bytes& text) { return mime::guess_charset(std::string_view(text)); }, "text"_a);
}

}  // namespace

void bind_mime(py::module_& m) {
  bind_composing(m);
  bind_addresses(m);
  bind_parsing(m);
}

}  // namespace gatepost::bindings
