// Training plans and the trainer in the engine module.
#include "engine/trainer.hpp"

#include "bind/plan.hpp"

namespace huffvec {
namespace {

struct BoundTrainer {
  explicit BoundTrainer(const BoundPlan& plan)
      : kept(plan), trainer(to_plan(plan), plan.output_layer) {}

  BoundPlan kept;  // goes after the trainer and its threads
  Trainer trainer;
};

void bind_totals(nb::module_& m) {
  nb::class_<Totals>(m, "Totals")
      .def(
          "__init__",
          [](Totals* self, int64_t chunks, int64_t tokens, double targets, double loss) {
            new (self) Totals{chunks, tokens, targets, loss};
          },
          "chunks"_a = 0, "tokens"_a = 0, "targets"_a = 0.0, "loss"_a = 0.0)
      .def_ro("chunks", &Totals::chunks)
      .def_ro("tokens", &Totals::tokens)
      .def_ro("targets", &Totals::targets)
      .def_ro("loss", &Totals::loss);
}

}  // namespace

void bind_trainer(nb::module_& m) {
  bind_plan(m);
  bind_totals(m);
  m.attr("ROUND_CHUNKS") = kRoundChunks;
  nb::class_<BoundTrainer>(m, "Trainer")
      .def(nb::init<const BoundPlan&>(), "plan"_a)
      .def_prop_ro("n_chunks",
                   [](const BoundTrainer& self) { return self.trainer.plan().n_chunks(); })
      .def_prop_ro("next_chunk", [](const BoundTrainer& self) { return self.trainer.next_chunk(); })
      .def(
          "learning_rate",
          [](const BoundTrainer& self, int64_t chunk) { return self.trainer.plan().lr(chunk); },
          "chunk"_a)
      .def(
          "begins_at",
          [](const BoundTrainer& self, int64_t chunk) { return self.trainer.begins_at(chunk); },
          "chunk"_a)
      .def(
          "start",
          [](BoundTrainer& self, int64_t first, int64_t last, int n_threads, const Totals& before) {
            require(0 <= first && first <= last && last <= self.trainer.plan().n_chunks(),
                    "chunks must lie between 0 and n_chunks");
            require(self.trainer.begins_at(first),
                    "deterministic training begins where a round does");
            require(n_threads >= 1, "n_threads must be at least 1");
            self.trainer.start(first, last, n_threads, before);
          },
          "first"_a, "last"_a, "n_threads"_a, "before"_a = Totals{},
          nb::call_guard<nb::gil_scoped_release>())
      .def(
          "wait", [](BoundTrainer& self, double seconds) { return self.trainer.wait(seconds); },
          "seconds"_a, nb::call_guard<nb::gil_scoped_release>())
      .def("stop", [](BoundTrainer& self) { self.trainer.stop(); })
      .def("abandon", [](BoundTrainer& self) { self.trainer.abandon(); })
      .def("totals", [](const BoundTrainer& self) { return self.trainer.totals(); });
}

}  // namespace huffvec
