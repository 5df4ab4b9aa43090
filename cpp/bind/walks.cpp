// Graphs and random walks in the Python module huffvec._text.
#include "bind/text.hpp"
#include "walks/walker.hpp"

namespace huffvec {
namespace {

void bind_edge_reader(nb::module_& m) {
  nb::class_<EdgeReader>(m, "EdgeReader")
      .def(nb::init<bool>(), "adjacency"_a = false)
      .def(
          "add",
          [](EdgeReader& self, const nb::bytes& name, uint64_t offset, const nb::bytes& text,
             bool ends_line) {
            const std::string source(name.c_str(), name.size());
            const std::string_view view(text.c_str(), text.size());
            const nb::gil_scoped_release release;
            self.add({source, view.data(), offset}, view, ends_line);
          },
          "name"_a, "offset"_a, "text"_a, "ends_line"_a)
      .def("sources", [](const EdgeReader& self) { return to_numpy(self.edges().sources); })
      .def("targets", [](const EdgeReader& self) { return to_numpy(self.edges().targets); })
      .def("weights", [](const EdgeReader& self) { return to_numpy(self.edges().weights); })
      .def("names", [](const EdgeReader& self) {
        const std::string names = self.names();
        return nb::bytes(names.data(), names.size());
      });
}

void bind_graph(nb::module_& m) {
  nb::class_<Graph>(m, "Graph")
      .def(
          "__init__",
          [](Graph* self, int32_t n_nodes, const Array<int32_t>& sources,
             const Array<int32_t>& targets, const Array<float>& weights, bool directed) {
            const nb::gil_scoped_release release;
            for (const auto* ends : {&sources, &targets}) {
              for (size_t i = 0; i < ends->size(); i++) {
                const int32_t node = ends->data()[i];
                if (node < 0 || node >= n_nodes) throw CorpusError("an edge to no node");
              }
            }
            if (targets.size() != sources.size() ||
                (weights.size() != 0 && weights.size() != sources.size())) {
              throw CorpusError("sources, targets and weights have different lengths");
            }
            new (self)
                Graph(n_nodes, {sources.data(), sources.size()}, {targets.data(), targets.size()},
                      {weights.data(), weights.size()}, directed);
          },
          "n_nodes"_a, "sources"_a, "targets"_a, "weights"_a, "directed"_a)
      .def_prop_ro("n_nodes", &Graph::n_nodes)
      .def_prop_ro("n_edges", &Graph::n_edges);
}

}  // namespace

void bind_walks(nb::module_& m) {
  bind_edge_reader(m);
  bind_graph(m);
  nb::class_<Walker> walker(m, "Walker");
  walker.def(
      "__init__",
      [](Walker* self, const Graph& graph, const nb::bytes& names, int ids_fd, int offsets_fd,
         int32_t walks_per_node, int32_t length, double p, double q, uint64_t seed,
         size_t n_threads) {
        new (self) Walker(graph, {names.c_str(), names.size()}, ids_fd, offsets_fd,
                          {walks_per_node, length, p, q, seed, n_threads});
      },
      "graph"_a, "names"_a, nb::kw_only(), "ids_fd"_a, "offsets_fd"_a, "walks_per_node"_a,
      "length"_a, "p"_a, "q"_a, "seed"_a, "n_threads"_a, nb::keep_alive<1, 2>());
  bind_work(walker);
  bind_counted(walker);
  walker.def_prop_ro("n_bytes", &Walker::n_bytes)
      .def_prop_ro("bytes_done", &Walker::bytes_done)
      .def_prop_ro("n_kept_tokens", [](const Walker& self) { return self.corpus().n_tokens(); })
      .def_prop_ro("n_kept_sentences",
                   [](const Walker& self) { return self.corpus().n_sentences(); });
}

}  // namespace huffvec
