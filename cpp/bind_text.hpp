// What the bindings of passes over text share.
#pragma once

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "text.hpp"

namespace nb = nanobind;
using namespace nb::literals;

namespace huffvec {
inline std::vector<TextFile> to_files(const nb::list& files) {
  std::vector<TextFile> result;
  for (nb::handle file : files) {
    const nb::tuple pair = nb::cast<nb::tuple>(file);
    const nb::bytes path = nb::cast<nb::bytes>(pair[0]);
    result.push_back({{path.c_str(), path.size()}, nb::cast<std::size_t>(pair[1])});
  }
  return result;
}

inline ReadOptions to_options(std::size_t n_threads, std::size_t block_bytes, bool replace_errors) {
  if (block_bytes == 0) throw nb::value_error("block_bytes must be at least 1");
  return {n_threads, block_bytes, replace_errors};
}

using Bytes = nb::ndarray<const std::uint8_t, nb::ndim<1>, nb::c_contig, nb::device::cpu>;

// A NumPy array with a copy of the values.
template <class T>
auto to_numpy(const T* values, std::size_t size) {
  auto copy = std::make_unique<T[]>(size);
  std::copy(values, values + size, copy.get());
  nb::capsule owner(copy.get(), [](void* data) noexcept { delete[] static_cast<T*>(data); });
  return nb::ndarray<nb::numpy, T, nb::ndim<1>>(copy.release(), {size}, owner);
}

// What Python sees of a pass: poll wait() until it is True, or stop().
template <class Pass>
void bind_job(nb::class_<Pass>& pass) {
  pass.def(
          "wait", [](Pass& self, double seconds) { return self.job().wait(seconds); }, "seconds"_a,
          nb::call_guard<nb::gil_scoped_release>())
      .def(
          "stop", [](Pass& self) { self.job().stop(); }, nb::call_guard<nb::gil_scoped_release>())
      .def_prop_ro("n_bytes", [](const Pass& self) { return self.reader().n_bytes(); })
      .def_prop_ro("bytes_done", [](const Pass& self) { return self.reader().bytes_done(); });
}

void bind_phrases(nb::module_& m);

}  // namespace huffvec
