// The Python module huffvec._layout: see src/huffvec/_layout.pyi for its types.
#include "layout/layout.hpp"

#include "bind/arrays.hpp"
#include "layout/neighbour_exploring.hpp"

namespace huffvec {
namespace {

template <class Number>
using Table = nb::ndarray<Number, nb::shape<-1, -1>, nb::c_contig, nb::device::cpu>;
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

bool are_points(const Table<const int32_t>& rows, int64_t least, size_t n) {
  return std::all_of(rows.data(), rows.data() + rows.size(),
                     [&](int64_t row) { return row >= least && row < static_cast<int64_t>(n); });
}

void explore(const Table<const float>& units, const Table<const int32_t>& reach,
             const Table<const int32_t>& known_rows, const Table<const float>& known_cosines,
             const Table<int32_t>& rows, const Table<float>& cosines, size_t n_threads) {
  const size_t n = units.shape(0), k = known_rows.shape(1);
  const auto is_whole = [&](const auto& table) {
    return table.shape(0) == n && table.shape(1) == k;
  };
  require(is_whole(known_rows) && is_whole(known_cosines) && is_whole(rows) && is_whole(cosines) &&
              reach.shape(0) == n,
          "there must be as many neighbours of every point");
  require(k >= 1 && n_threads >= 1, "there must be neighbours and threads");
  require(known_rows.data() != rows.data() && known_cosines.data() != cosines.data(),
          "neighbours cannot be explored in place");
  require(are_points(known_rows, 0, n) && are_points(reach, -1, n), "a neighbour that is no point");
  const nb::gil_scoped_release release;
  NeighbourExploring({n, units.shape(1), units.data()}, {reach.shape(1), reach.data()},
                     {k, known_rows.data(), known_cosines.data()}, {k, rows.data(), cosines.data()})
      .run(n_threads);
}

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
  m.def("explore", &explore, "units"_a, "reach"_a, "known_rows"_a, "known_cosines"_a, "rows"_a,
        "cosines"_a, nb::kw_only(), "n_threads"_a);
}
