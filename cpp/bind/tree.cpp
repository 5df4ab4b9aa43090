// The Python module huffvec._tree: see src/huffvec/_tree.pyi for its types.
#include <nanobind/stl/vector.h>

#include "base/job.hpp"
#include "bind/arrays.hpp"
#include "trees/tree_search.hpp"

namespace huffvec {
namespace {

using Children = nb::ndarray<const int32_t, nb::shape<-1, 2>, nb::c_contig, nb::device::cpu>;

FloatRows to_rows(const ConstTable& table) {
  require(table.size() == 0 || table.shape(1) == 1 || table.stride(1) == 1,
          "the numbers of a row must stand side by side");
  return {table.data(), static_cast<int64_t>(table.shape(0)), table.stride(0),
          static_cast<int>(table.shape(1))};
}

// A tree, with the arrays that it is made of kept alive.
struct BinarySearch {
  BinarySearch(Children given, int32_t root, ConstTable output_vectors)
      : children(std::move(given)), outputs(std::move(output_vectors)) {
    tree = {children.data(), static_cast<int32_t>(children.shape(0)), root, to_rows(outputs)};
    require(tree.outputs.n_rows >= tree.n_inner && root >= 0,
            "tree and output_vectors do not fit together");
  }

  Children children;
  ConstTable outputs;
  BinaryTree tree;
};

struct MultiwaySearch {
  MultiwaySearch(Array<int32_t> first, Array<int32_t> leaves, bool is_logistic,
                 ConstTable output_vectors)
      : first_child(std::move(first)),
        leaf_ids(std::move(leaves)),
        outputs(std::move(output_vectors)) {
    tree = {first_child.data(), leaf_ids.data(), is_logistic, to_rows(outputs)};
    const size_t n_nodes = leaf_ids.shape(0);
    require(n_nodes >= 2 && first_child.shape(0) == n_nodes + 1 &&
                tree.outputs.n_rows + 1 >= static_cast<int64_t>(n_nodes),
            "tree and output_vectors do not fit together");
    for (size_t k = 0; k < n_nodes; k++)
      require(first_child.data()[k] <= first_child.data()[k + 1] &&
                  first_child.data()[k] > static_cast<int32_t>(k) &&
                  first_child.data()[k + 1] <= static_cast<int32_t>(n_nodes),
              "children must stand behind their parents, level by level");
  }

  Array<int32_t> first_child, leaf_ids;
  ConstTable outputs;
  MultiwayTree tree;
};

template <class Search>
FloatRows to_hidden(const Search& self, const ConstTable& hidden) {
  const FloatRows rows = to_rows(hidden);
  require(rows.dim == self.tree.outputs.dim, "hidden and output_vectors must be of one length");
  return rows;
}

template <class Search>
nb::tuple top(const Search& self, const ConstTable& hidden, size_t k) {
  const FloatRows queries = to_hidden(self, hidden);
  require(queries.n_rows >= 1, "there must be a hidden vector");
  std::vector<int32_t> leaves;
  std::vector<double> log_probs;
  {
    const nb::gil_scoped_release release;
    LeafSearch(self.tree).top(queries, k, [&](int32_t leaf, double log_prob) {
      leaves.push_back(leaf);
      log_probs.push_back(log_prob);
    });
  }
  return nb::make_tuple(leaves, log_probs);
}

// k must not be more than there are leaves.
template <class Search>
nb::tuple top_of_each(const Search& self, const ConstTable& hidden, size_t k, int n_threads) {
  const FloatRows queries = to_hidden(self, hidden);
  require(n_threads >= 1, "n_threads must be at least 1");
  const size_t n = queries.n_rows;
  std::vector<int32_t> leaves(n * k);
  std::vector<float> log_probs(n * k);
  {
    const nb::gil_scoped_release release;
    const auto make_search = [&] { return LeafSearch(self.tree); };
    share_work(n, n_threads, make_search, [&](size_t i, auto& search) {
      size_t at = i * k;
      search.top({queries[i], 1, 0, queries.dim}, k, [&](int32_t leaf, double log_prob) {
        leaves[at] = leaf;
        log_probs[at++] = static_cast<float>(log_prob);
      });
    });
  }
  return nb::make_tuple(to_numpy(leaves), to_numpy(log_probs));
}

template <class Search>
nb::class_<Search> bind_search(nb::module_& m, const char* name) {
  return nb::class_<Search>(m, name)
      .def("top", &top<Search>, "hidden"_a, "k"_a)
      .def("top_of_each", &top_of_each<Search>, "hidden"_a, "k"_a, "n_threads"_a);
}

}  // namespace
}  // namespace huffvec

NB_MODULE(_tree, m) {
  using huffvec::Array, huffvec::BinarySearch, huffvec::Children, huffvec::ConstTable,
      huffvec::MultiwaySearch;
  m.doc() = "Search in trees of decisions.";
  huffvec::bind_search<BinarySearch>(m, "BinarySearch")
      .def(nb::init<Children, int32_t, ConstTable>(), "children"_a, "root"_a, "output_vectors"_a);
  huffvec::bind_search<MultiwaySearch>(m, "MultiwaySearch")
      .def(nb::init<Array<int32_t>, Array<int32_t>, bool, ConstTable>(), "first_child"_a,
           "leaf_ids"_a, "is_logistic"_a, "output_vectors"_a);
}
