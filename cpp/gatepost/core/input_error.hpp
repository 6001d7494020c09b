#pragma once
#include <boost/assert/source_location.hpp>
#include <stdexcept>
#include <string>
#include <utility>

namespace gatepost {

/// Bad input of the caller: what is wrong and where ("attachments[1].name: byte 3 is a line feed").
struct InputError {
  std::string where;
  std::string what;

  InputError() = default;
  // No aggregate: one that a lone string can initialise makes Result<std::string, InputError> ambiguous.
  InputError(std::string where_, std::string what_) : where(std::move(where_)), what(std::move(what_)) {}

  std::string message() const { return where.empty() ? what : where + ": " + what; }
};

/// What boost::system::result calls where value() is asked of an error: a bug of ours, since core code looks first.
[[noreturn]] inline void throw_exception_from_error(const InputError& error, const boost::source_location&) {
  throw std::invalid_argument(error.message());
}

}  // namespace gatepost
