// The Python module huffvec._tree: see src/huffvec/_tree.pyi for its types.
#include <nanobind/stl/vector.h>

#include "bind/arrays.hpp"
#include "trees/tree_search.hpp"

namespace huffvec {
namespace {

using Children = nb::ndarray<const int32_t, nb::shape<-1, 2>, nb::c_contig, nb::device::cpu>;

FloatRows to_rows(const ConstTable& table) {
  if (table.stride(1) != 1 && table.shape(1) > 1)
    throw nb::value_error("the numbers of a row must stand side by side");
  return {table.data(), static_cast<int64_t>(table.shape(0)), table.stride(0),
          static_cast<int>(table.shape(1))};
}

nb::tuple top_leaves(const Children& children, int32_t root, const ConstTable& output_vectors,
                     const ConstTable& hidden, size_t k) {
  const TreeChildren tree{children.data(), static_cast<int32_t>(children.shape(0)), root};
  const FloatRows outputs = to_rows(output_vectors), queries = to_rows(hidden);
  if (outputs.n_rows < tree.n_inner || outputs.dim != queries.dim || queries.n_rows < 1 || root < 0)
    throw nb::value_error("tree, output_vectors and hidden do not fit together");
  TopLeaves found;
  {
    nb::gil_scoped_release release;
    found = LeafSearch(tree, outputs, queries).top(k);
  }
  return nb::make_tuple(found.words, found.log_probs);
}

}  // namespace
}  // namespace huffvec

NB_MODULE(_tree, m) {
  m.doc() = "Search in the tree of a hierarchical softmax.";
  m.def("top_leaves", &huffvec::top_leaves, "children"_a, "root"_a, "output_vectors"_a, "hidden"_a,
        "k"_a);
}
