#pragma once
#include <boost/system/result.hpp>

namespace gatepost {

/// A value or the error that took its place. Errors are values inside the core; exceptions begin at the bindings.
template <class T, class E>
using Result = boost::system::result<T, E>;

}  // namespace gatepost
