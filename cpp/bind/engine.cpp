// The training engine as a Python module, once per instruction set: see
// src/huffvec/_engine_base.pyi for its types.
#include "bind/engine.hpp"

#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "base/alias.hpp"
#include "base/rng.hpp"
#include "base/system.hpp"
#include "trees/huffman.hpp"

namespace huffvec {
namespace {

std::vector<std::string> cpu_isas() {
  std::vector<std::string> isas = {"base"};
#if defined(__x86_64__)
  __builtin_cpu_init();
  const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
                    __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
  if (avx2) isas.push_back("avx2");
  if (avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512vl"))
    isas.push_back("avx512");
#endif
  return isas;
}

nb::tuple bind_huffman_paths(const Array<int64_t>& counts) {
  const size_t n = counts.shape(0);
  require(n >= 2 && n < (size_t{1} << 30), "a Huffman tree needs 2 to 2^30 words");
  for (size_t i = 1; i < n; i++)
    require(counts.data()[i] <= counts.data()[i - 1], "counts must be in descending order");
  TreePaths paths = huffman_paths(counts.data(), static_cast<int32_t>(n));
  return nb::make_tuple(to_numpy(std::move(paths.offsets)), to_numpy(std::move(paths.node_ids)),
                        to_numpy(std::move(paths.codes)));
}

nb::tuple bind_alias_table(const Array<double>& probs) {
  const size_t n = probs.shape(0);
  require(n >= 1 && n < INT32_MAX, "an alias table needs a probability for each word");
  std::vector<uint32_t> accept;
  std::vector<int32_t> alias;
  const AliasTable table(probs.data(), n);
  for (const AliasTable::Entry& entry : table.entries()) {
    accept.push_back(entry.accept);
    alias.push_back(entry.alias);
  }
  return nb::make_tuple(to_numpy(std::move(accept)), to_numpy(std::move(alias)));
}

nb::object allocate_table(int64_t n_rows, int64_t stride) {
  require(n_rows >= 0 && stride > 0 && stride % 16 == 0,
          "a table needs rows of a multiple of 16 floats");
  auto* pages = new ZeroedPages(static_cast<size_t>(n_rows) * stride * sizeof(float));
  nb::capsule owner(pages, [](void* p) noexcept { delete static_cast<ZeroedPages*>(p); });
  return nb::cast(nb::ndarray<nb::numpy, float>(
      pages->data(), {static_cast<size_t>(n_rows), static_cast<size_t>(stride)}, owner));
}

void fill_uniform(const Table& table, int64_t dim, double half_width, uint64_t seed) {
  require(dim <= static_cast<int64_t>(table.shape(1)), "dim must not exceed the table's columns");
  nb::gil_scoped_release release;
  for (size_t row = 0; row < table.shape(0); row++) {
    Rng rng(seed, row, Draw::kWeights);
    float* values = table.data() + row * table.shape(1);
    for (int64_t d = 0; d < dim; d++)
      values[d] = static_cast<float>((rng.next32() * 0x1p-31 - 1.0) * half_width);
  }
}

}  // namespace
}  // namespace huffvec

NB_MODULE(HUFFVEC_MODULE, m) {
  m.doc() = "The training engine.";
  m.def("cpu_isas", &huffvec::cpu_isas);
  m.def("huffman_paths", &huffvec::bind_huffman_paths, "counts"_a);
  m.def("alias_table", &huffvec::bind_alias_table, "probs"_a);
  m.def("allocate_table", &huffvec::allocate_table, "n_rows"_a, "stride"_a);
  m.def("fill_uniform", &huffvec::fill_uniform, "table"_a, "dim"_a, "half_width"_a, "seed"_a);
  huffvec::bind_output_layers(m);
  huffvec::bind_trainer(m);
  huffvec::bind_exchange(m);
}
