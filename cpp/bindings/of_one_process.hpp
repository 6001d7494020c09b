#pragma once
#include <pybind11/pybind11.h>

#include <memory>
#include <type_traits>

#include "gatepost/core/of_one_process.hpp"
#include "without_gil.hpp"

namespace gatepost::bindings {

/// An object of the parent process was used in a child: Python's gatepost.ForkedError.
struct ForkedException {};

/// How Python holds what has threads of its own: a child leaves its copies alone, whoever lets go of them.
struct DeleteWithoutGil {
  template <class T>
  void operator()(T* object) const {
    const WithoutGil without;  // its threads are waited for
    DeleteWhereMade()(object);
  }
};
template <class T>
using HeldWhereMade = std::unique_ptr<T, DeleteWithoutGil>;

/// For py::init(): a call_guard there would enter the object into pybind11's tables without the GIL, too.
template <class T>
HeldWhereMade<T> make_where_made() {
  const WithoutGil without;
  return HeldWhereMade<T>(new T);
}

template <class T, class... Arguments>
std::shared_ptr<T> make_shared_where_made(Arguments&&... arguments) {
  return {new T(std::forward<Arguments>(arguments)...), DeleteWhereMade{}};
}

}  // namespace gatepost::bindings

namespace pybind11::detail {

/// Every call on such an object asks first whether it was made in this process.
template <class T>
class type_caster<T, std::enable_if_t<std::is_base_of_v<gatepost::OfOneProcess, T>>> : public type_caster_base<T> {
 public:
  bool load(handle source, bool convert) {
    if (!type_caster_base<T>::load(source, convert)) return false;
    const auto* const object = static_cast<const T*>(this->value);
    if (object != nullptr && !object->made_here()) throw gatepost::bindings::ForkedException();
    return true;
  }
};

}  // namespace pybind11::detail

namespace gatepost::bindings {

/// For calls that let go of something: there is nothing to do in a child. Null: the object is its parent's.
template <class T>
T* made_here(const pybind11::object& object) {
  try {
    return pybind11::cast<T*>(object);
  } catch (const ForkedException&) {
    return nullptr;
  }
}

}  // namespace gatepost::bindings
