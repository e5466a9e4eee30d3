// OpensslFree: how a unique_ptr lets go of an object of OpenSSL's, e.g.
// std::unique_ptr<X509, OpensslFree<X509_free>>.
#pragma once

namespace guard {

template <auto Free>
struct OpensslFree {
  template <class Type>
  void operator()(Type* object) const {
    Free(object);
  }
};

}  // namespace guard
