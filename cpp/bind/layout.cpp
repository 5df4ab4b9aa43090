// The Python module huffvec._layout: see src/huffvec/_layout.pyi for its types.
#include "layout/layout.hpp"

#include "bind/arrays.hpp"

namespace huffvec {
namespace {

template <class Number>
using Positions = nb::ndarray<Number, nb::shape<-1, 2>, nb::c_contig, nb::device::cpu>;

NeighbourGraph to_graph(const Array<int64_t>& offsets, const Array<int32_t>& neighbours,
                        const Array<float>& weights) {
  require(offsets.size() >= 1, "offsets must have an end");
  const size_t n = offsets.size() - 1;
  const auto n_edges = static_cast<int64_t>(neighbours.size());
  require(weights.size() == neighbours.size(), "every edge must have a weight");
  require(offsets.data()[0] == 0 && offsets.data()[n] == n_edges, "offsets must cover all edges");
  for (size_t i = 0; i < n; i++) {
    require(offsets.data()[i] <= offsets.data()[i + 1], "offsets must rise");
  }
  for (int64_t edge = 0; edge < n_edges; edge++) {
    const int64_t neighbour = neighbours.data()[edge];
    require(neighbour >= 0 && neighbour < static_cast<int64_t>(n), "an edge to no point");
  }
  return {n, offsets.data(), neighbours.data(), weights.data()};
}

// A graph, with the arrays that it is made of kept alive.
struct Layout {
  Layout(Array<int64_t> given_offsets, Array<int32_t> given_neighbours, Array<float> given_weights)
      : offsets(std::move(given_offsets)),
        neighbours(std::move(given_neighbours)),
        weights(std::move(given_weights)),
        graph(to_graph(offsets, neighbours, weights)) {}

  void move(const Positions<const float>& now, const Positions<float>& moved, const Epoch& epoch,
            size_t n_threads) const {
    require(now.shape(0) == graph.n_points && moved.shape(0) == graph.n_points,
            "there must be a position for every point");
    require(now.data() != moved.data(), "positions cannot be moved in place");
    require(epoch.n_negatives >= 1 && n_threads >= 1, "there must be draws and threads");
    const nb::gil_scoped_release release;
    LayoutEpoch(graph, epoch, reinterpret_cast<const Point*>(now.data()),
                reinterpret_cast<Point*>(moved.data()))
        .run(n_threads);
  }

  Array<int64_t> offsets;
  Array<int32_t> neighbours;
  Array<float> weights;
  NeighbourGraph graph;
};

}  // namespace
}  // namespace huffvec

NB_MODULE(_layout, m) {  // NOLINT(performance-unnecessary-value-param): as nanobind has it
  using namespace huffvec;
  m.doc() = "Points in the plane, near where their neighbours are.";
  nb::class_<Layout>(m, "Layout")
      .def(nb::init<Array<int64_t>, Array<int32_t>, Array<float>>(), "offsets"_a, "neighbours"_a,
           "weights"_a)
      .def(
          "move",
          [](const Layout& self, const Positions<const float>& now, const Positions<float>& moved,
             uint64_t seed, uint64_t epoch, int n_negatives, float step, float momentum,
             float repulsion, size_t n_threads) {
            self.move(now, moved, {seed, epoch, n_negatives, step, momentum, repulsion}, n_threads);
          },
          "now"_a, "moved"_a, nb::kw_only(), "seed"_a, "epoch"_a, "n_negatives"_a, "step"_a,
          "momentum"_a, "repulsion"_a, "n_threads"_a);
}
