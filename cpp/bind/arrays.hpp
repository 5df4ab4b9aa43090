// What all bindings share: NumPy arrays on both sides, and checks.
#pragma once

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace nb = nanobind;
using namespace nb::literals;

namespace huffvec {

template <class T>
using Array = nb::ndarray<const T, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
using ConstTable = nb::ndarray<const float, nb::ndim<2>, nb::device::cpu>;

// Arguments come from this package, so a message need only name what does not fit.
inline void require(bool condition, const std::string& message) {
  if (!condition) throw nb::value_error(message.c_str());
}

// A NumPy array with a copy of the values.
template <class T>
auto to_numpy(const T* values, size_t size) {
  auto copy = std::make_unique<T[]>(size);
  std::copy(values, values + size, copy.get());
  nb::capsule owner(copy.get(), [](void* data) noexcept { delete[] static_cast<T*>(data); });
  return nb::ndarray<nb::numpy, T, nb::ndim<1>>(copy.release(), {size}, owner);
}

template <class T>
auto to_numpy(const std::vector<T>& values) {
  return to_numpy(values.data(), values.size());
}

// A NumPy array that owns the values.
template <class T>
auto to_numpy(std::vector<T>&& values) {
  auto owned = std::make_unique<std::vector<T>>(std::move(values));
  nb::capsule owner(owned.get(), [](void* p) noexcept { delete static_cast<std::vector<T>*>(p); });
  std::vector<T>& kept = *owned.release();
  return nb::ndarray<nb::numpy, T, nb::ndim<1>>(kept.data(), {kept.size()}, owner);
}

}  // namespace huffvec
