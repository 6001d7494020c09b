#pragma once
#include <memory>

namespace gatepost::crypto {

template <auto free_function>
struct Freer {
  template <class T>
  void operator()(T* p) const {
    free_function(p);
  }
};

/// Owns an object of OpenSSL's: OpensslPtr<X509, X509_free>.
template <class T, auto free_function>
using OpensslPtr = std::unique_ptr<T, Freer<free_function>>;

}  // namespace gatepost::crypto
