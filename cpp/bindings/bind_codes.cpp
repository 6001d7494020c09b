#include <pybind11/stl.h>

#include "bindings.hpp"
#include "gatepost/codes/provider.hpp"
#include "gatepost/codes/refusing_reply.hpp"
#include "gatepost/codes/words.hpp"
#include "text.hpp"

namespace gatepost::bindings {

namespace {

using codes::Category;
using codes::Failure;
using codes::Permanence;
using codes::Phase;

Phase phase_named(const std::string& name) {
  const auto phase = codes::parse_phase(name);
  if (!phase) {
    throw InputException{{"phase", "'" + name +
                                       "' is not one of dns, connect, tls, greeting, ehlo, auth, mail, rcpt, data, "
                                       "final, bounce, local"}};
  }
  return *phase;
}

Category category_named(const std::string& id) {
  const auto category = codes::parse_category(id);
  if (!category) throw InputException{{"category", "'" + id + "' is not in the table"}};
  return *category;
}

Failure classify(const std::string& text, const std::string& phase, const std::string& provider) {
  const auto reply = codes::parse_reply(codes::refusing_reply(text));
  return codes::classify(reply, phase.empty() ? codes::guess_phase(reply) : phase_named(phase), provider);
}

py::dict category_info(const std::string& id) {
  const auto& info = codes::info(category_named(id));
  py::dict result;
  result["permanence"] = codes::to_string(info.permanence);
  result["actor"] = info.actor;
  result["retry"] = codes::to_string(info.retry);
  result["retry_after"] = std::to_string(info.retry_after_seconds);
  result["suppress"] = codes::to_string(info.suppress);
  result["pause"] = codes::to_string(info.pause);
  return result;
}

py::dict category_words(const std::string& id, const std::string& phase, const std::string& permanence,
                        const std::string& lang) {
  const auto language = codes::parse_language(lang);
  if (!language) throw InputException{{"lang", "takes one of en, ru, not '" + lang + "'"}};
  const Permanence this_time = permanence == "temporary"   ? Permanence::temporary
                               : permanence == "permanent" ? Permanence::permanent
                                                           : Permanence::none;
  const codes::Words words = codes::words_for(category_named(id), phase_named(phase), this_time, *language);
  py::dict result;
  result["name"] = words.name;
  result["actor"] = words.actor;
  result["cause"] = words.cause;
  result["remedy"] = words.remedy;
  return result;
}

/// Makes Python's gatepost._core.InputError, a ValueError, of InputException.
void register_input_error(py::module_& m) {
  static PyObject* input_error = nullptr;
  input_error = PyErr_NewExceptionWithDoc("gatepost._core.InputError",
                                          "Bad input of the caller; the message says where and what. Nothing was sent.",
                                          PyExc_ValueError, nullptr);
  if (!input_error) throw py::error_already_set();
  m.attr("InputError") = py::handle(input_error);
  py::register_exception_translator([](std::exception_ptr pointer) {
    try {
      if (pointer) std::rethrow_exception(pointer);
    } catch (const InputException& exception) {
      PyErr_SetObject(input_error, to_text(exception.error.message()).ptr());
    }
  });
}

}  // namespace

void bind_codes(py::module_& m) {
  register_input_error(m);
  py::class_<Failure>(m, "RawFailure")
      .def_property_readonly("phase", [](const Failure& f) { return codes::to_string(f.phase); })
      .def_readonly("code", &Failure::code)
      .def_property_readonly("enhanced", [](const Failure& f) { return f.enhanced ? f.enhanced->to_string() : ""; })
      .def_property_readonly("server_text", [](const Failure& f) { return to_text(f.server_text); })
      .def_property_readonly("message", [](const Failure& f) { return to_text(f.message); })
      .def_property_readonly("category", [](const Failure& f) { return codes::to_string(f.category); })
      .def_property_readonly("permanence", [](const Failure& f) { return codes::to_string(f.permanence); })
      .def_property_readonly("scope", [](const Failure& f) { return codes::to_string(f.scope); })
      .def_property_readonly("retry", [](const Failure& f) { return codes::to_string(f.retry); })
      .def_readonly("retry_after", &Failure::retry_after_seconds)
      .def_readonly("retry_after_named", &Failure::retry_after_named)
      .def_property_readonly("suppress", [](const Failure& f) { return codes::to_string(f.suppress); })
      .def_property_readonly("pause", [](const Failure& f) { return codes::to_string(f.pause); })
      .def_readonly("maybe_delivered", &Failure::maybe_delivered)
      .def_readonly("timed_out", &Failure::timed_out)
      .def_readonly("errno", &Failure::system_error)
      .def_readonly("provider", &Failure::provider)
      .def_readonly("rule_id", &Failure::rule_id)
      .def_property_readonly("evidence", [](const Failure& f) { return to_text(f.evidence); })
      .def("describe", [](const Failure& f) { return to_text(f.describe()); })
      .def("__repr__", [](const Failure& f) { return to_text("<RawFailure " + f.describe() + ">"); });

  m.def("classify", &classify, py::arg("reply"), py::arg("phase") = "", py::arg("provider") = "");
  m.def(
      "local_failure",
      [](const std::string& category, const std::string& phase, std::string message) {
        return codes::local_failure(category_named(category), phase_named(phase), std::move(message));
      },
      py::arg("category"), py::arg("phase"), py::arg("message"));
  m.def("category_info", &category_info, py::arg("category"));
  m.def("category_words", &category_words, py::arg("category"), py::arg("phase"), py::arg("permanence"),
        py::arg("lang"));
  m.def("provider_of_host", &codes::provider_of_host, py::arg("host"));
}

}  // namespace gatepost::bindings
