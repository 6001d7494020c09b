#pragma once
#include <cstdint>

namespace gatepost {

/// How many forks lie between the process that loaded the library and this one.
std::uint32_t process_generation();

/// An object with threads, locks or descriptors of the process that made it. A child made by fork has a copy in which
/// none of them works: it must not be used there, nor destroyed.
class OfOneProcess {
 public:
  bool made_here() const { return generation_ == process_generation(); }

 private:
  std::uint32_t generation_ = process_generation();
};

/// Deletes where the object was made; a child leaves its copy alone.
struct DeleteWhereMade {
  template <class T>
  void operator()(T* object) const {
    if (object != nullptr && object->made_here()) delete object;
  }
};

}  // namespace gatepost
