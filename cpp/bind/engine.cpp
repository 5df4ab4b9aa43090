// The training engine as a Python module: checks shapes and dtypes, releases the GIL.
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include <optional>
#include <stdexcept>

#include "base/system.hpp"
#include "engine/outputs/adaptive_softmax.hpp"
#include "engine/outputs/candidate_softmax.hpp"
#include "engine/outputs/differentiated_softmax.hpp"
#include "engine/outputs/hierarchical_softmax.hpp"
#include "engine/outputs/noise_sampling.hpp"
#include "engine/trainer.hpp"
#include "trees/huffman.hpp"

namespace nb = nanobind;
using namespace nb::literals;

namespace huffvec {
namespace {

template <class T>
using Array = nb::ndarray<const T, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
using Table = nb::ndarray<float, nb::ndim<2>, nb::c_contig, nb::device::cpu>;
using BandTable = nb::ndarray<const int32_t, nb::shape<-1, 5>, nb::c_contig, nb::device::cpu>;

void require(bool condition, const std::string& message) {
  if (!condition) throw nb::value_error(message.c_str());
}

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

template <class T>
nb::object to_numpy(std::vector<T>&& values) {
  auto* owned = new std::vector<T>(std::move(values));
  nb::capsule owner(owned, [](void* p) noexcept { delete static_cast<std::vector<T>*>(p); });
  return nb::cast(nb::ndarray<nb::numpy, T>(owned->data(), {owned->size()}, owner));
}

nb::tuple bind_huffman_paths(Array<int64_t> counts) {
  const size_t n = counts.shape(0);
  require(n >= 2 && n < (size_t{1} << 30), "a Huffman tree needs 2 to 2^30 words");
  for (size_t i = 1; i < n; i++)
    require(counts.data()[i] <= counts.data()[i - 1], "counts must be in descending order");
  TreePaths paths = huffman_paths(counts.data(), static_cast<int32_t>(n));
  return nb::make_tuple(to_numpy(std::move(paths.offsets)), to_numpy(std::move(paths.node_ids)),
                        to_numpy(std::move(paths.codes)));
}

nb::object allocate_table(int64_t n_rows, int64_t stride) {
  require(n_rows >= 0 && stride > 0 && stride % 16 == 0,
          "a table needs rows of a multiple of 16 floats");
  auto* pages = new ZeroedPages(static_cast<size_t>(n_rows) * stride * sizeof(float));
  nb::capsule owner(pages, [](void* p) noexcept { delete static_cast<ZeroedPages*>(p); });
  return nb::cast(nb::ndarray<nb::numpy, float>(
      pages->data(), {static_cast<size_t>(n_rows), static_cast<size_t>(stride)}, owner));
}

void fill_uniform(Table table, int64_t dim, double half_width, uint64_t seed) {
  require(dim <= static_cast<int64_t>(table.shape(1)), "dim must not exceed the table's columns");
  nb::gil_scoped_release release;
  for (size_t row = 0; row < table.shape(0); row++) {
    Rng rng(seed, row, Draw::kWeights);
    float* values = table.data() + row * table.shape(1);
    for (int64_t d = 0; d < dim; d++)
      values[d] = static_cast<float>((rng.next32() * 0x1p-31 - 1.0) * half_width);
  }
}

Rows to_rows(const Table& table, const char* name) {
  const bool aligned = reinterpret_cast<uintptr_t>(table.data()) % 64 == 0;
  require(aligned && table.shape(1) > 0 && table.shape(1) % 16 == 0 &&
              table.shape(0) <= INT32_MAX && table.shape(1) <= 65536,
          std::string(name) + " must come from allocate_table");
  return {table.data(), static_cast<int32_t>(table.shape(0)), static_cast<int>(table.shape(1))};
}

BagTable to_bags(const Array<int64_t>& bag_offsets, const Array<int32_t>& row_ids, int32_t n_words,
                 int32_t n_rows) {
  const int64_t* const offsets = bag_offsets.data();
  require(static_cast<int64_t>(bag_offsets.shape(0)) == int64_t{n_words} + 1 && offsets[0] == 0 &&
              offsets[n_words] == static_cast<int64_t>(row_ids.shape(0)),
          "bag_offsets must be one more than words, from 0 to the number of bag_row_ids");
  for (int32_t w = 0; w < n_words; w++)
    require(0 < offsets[w + 1] - offsets[w] && offsets[w + 1] - offsets[w] < (1 << 24),
            "every bag must have a row");
  for (size_t k = 0; k < row_ids.shape(0); k++)
    require(0 <= row_ids.data()[k] && row_ids.data()[k] < n_rows,
            "bag_row_ids must be rows of input_rows");
  return {offsets, row_ids.data()};
}

// Keeps alive the arrays that the trainer's plan points into.
class BoundTrainer {
 public:
  BoundTrainer(Array<int32_t> ids, Array<int64_t> sentence_offsets, Array<uint32_t> keep_thresholds,
               Table input_rows, Table output_rows, std::shared_ptr<OutputLayer> output_layer,
               const std::string& architecture, float mean_scale, int window, int64_t epochs,
               float start_lr, float end_lr, uint64_t seed, int64_t chunk_tokens,
               std::optional<Array<int64_t>> bag_offsets, std::optional<Array<int32_t>> bag_row_ids,
               std::optional<Table> position_rows, std::optional<Array<uint8_t>> frozen,
               bool fixed_radius)
      : ids_(ids),
        sentence_offsets_(sentence_offsets),
        keep_thresholds_(keep_thresholds),
        input_rows_(input_rows),
        output_rows_(output_rows),
        bag_offsets_(bag_offsets),
        bag_row_ids_(bag_row_ids),
        position_rows_(position_rows),
        frozen_(frozen) {
    TrainingPlan plan;
    plan.corpus = {ids.data(),
                   sentence_offsets.data(),
                   static_cast<int64_t>(sentence_offsets.shape(0)) - 1,
                   static_cast<int64_t>(ids.shape(0)),
                   chunk_tokens,
                   static_cast<int32_t>(keep_thresholds.shape(0))};
    require(plan.corpus.n_sentences >= 1 && sentence_offsets.data()[0] == 0 &&
                sentence_offsets.data()[plan.corpus.n_sentences] == plan.corpus.n_tokens,
            "sentence_offsets must go from 0 to the number of tokens");
    require(chunk_tokens >= 1 && chunk_tokens < (1 << 30), "chunk_tokens must be 1 to 2^30");
    require(window >= 1 && epochs >= 1, "window and epochs must be at least 1");
    require(architecture == "skipgram" || architecture == "cbow",
            "architecture must be skipgram or cbow");
    plan.keep_thresholds = keep_thresholds.data();
    plan.input_rows = to_rows(input_rows, "input_rows");
    plan.output_rows = to_rows(output_rows, "output_rows");
    require(plan.input_rows.stride == plan.output_rows.stride &&
                plan.output_rows.stride >= output_layer->min_stride(),
            "input and output rows must be of one length, and long enough for the objective");
    require(output_layer->n_words() == plan.corpus.n_words &&
                (bag_offsets || plan.input_rows.n_rows >= plan.corpus.n_words) &&
                plan.output_rows.n_rows >= output_layer->n_outputs(),
            "tables, thresholds and objective must be made for one vocabulary");
    plan.architecture = architecture == "cbow" ? Architecture::kCbow : Architecture::kSkipGram;
    require(mean_scale >= 0, "mean_scale must not be negative");
    plan.mean_scale = mean_scale;
    plan.window = window;
    plan.fixed_radius = fixed_radius;
    plan.epochs = epochs;
    plan.start_lr = start_lr;
    plan.end_lr = end_lr;
    plan.seed = seed;
    require(bag_offsets.has_value() == bag_row_ids.has_value(),
            "bag_offsets and bag_row_ids belong together");
    if (bag_offsets)
      plan.bags = to_bags(*bag_offsets, *bag_row_ids, plan.corpus.n_words, plan.input_rows.n_rows);
    if (frozen) {
      require(!bag_offsets && frozen->shape(0) == static_cast<size_t>(plan.corpus.n_words),
              "frozen must have a number for each word, and words a row each");
      plan.frozen = frozen->data();
    }
    if (position_rows) {
      plan.position_rows = to_rows(*position_rows, "position_rows");
      require(plan.architecture == Architecture::kCbow && plan.position_rows.n_rows == 2 * window &&
                  plan.position_rows.stride == plan.input_rows.stride,
              "position_rows are for cbow, one for each place of the window");
    }
    trainer_ = std::make_unique<Trainer>(plan, output_layer);
  }

  Trainer& trainer() { return *trainer_; }

 private:
  Array<int32_t> ids_;
  Array<int64_t> sentence_offsets_;
  Array<uint32_t> keep_thresholds_;
  Table input_rows_, output_rows_;
  std::optional<Array<int64_t>> bag_offsets_;
  std::optional<Array<int32_t>> bag_row_ids_;
  std::optional<Table> position_rows_;
  std::optional<Array<uint8_t>> frozen_;
  std::unique_ptr<Trainer> trainer_;
};

void bind_trainer(nb::module_& m) {
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

  nb::class_<BoundTrainer>(m, "Trainer")
      .def(nb::init<Array<int32_t>, Array<int64_t>, Array<uint32_t>, Table, Table,
                    std::shared_ptr<OutputLayer>, const std::string&, float, int, int64_t, float,
                    float, uint64_t, int64_t, std::optional<Array<int64_t>>,
                    std::optional<Array<int32_t>>, std::optional<Table>,
                    std::optional<Array<uint8_t>>, bool>(),
           nb::kw_only(), "ids"_a, "sentence_offsets"_a, "keep_thresholds"_a, "input_rows"_a,
           "output_rows"_a, "output_layer"_a, "architecture"_a, "mean_scale"_a, "window"_a,
           "epochs"_a, "start_lr"_a, "end_lr"_a, "seed"_a, "chunk_tokens"_a,
           "bag_offsets"_a = nb::none(), "bag_row_ids"_a = nb::none(),
           "position_rows"_a = nb::none(), "frozen"_a = nb::none(), "fixed_radius"_a = false)
      .def_prop_ro("n_chunks", [](BoundTrainer& self) { return self.trainer().plan().n_chunks(); })
      .def_prop_ro("next_chunk", [](BoundTrainer& self) { return self.trainer().next_chunk(); })
      .def("learning_rate",
           [](BoundTrainer& self, int64_t chunk) { return self.trainer().plan().lr(chunk); })
      .def(
          "start",
          [](BoundTrainer& self, int64_t first, int64_t last, int n_threads, const Totals& before) {
            require(0 <= first && first <= last && last <= self.trainer().plan().n_chunks(),
                    "chunks must lie between 0 and n_chunks");
            require(n_threads >= 1, "n_threads must be at least 1");
            self.trainer().start(first, last, n_threads, before);
          },
          "first"_a, "last"_a, "n_threads"_a, "before"_a = Totals{},
          nb::call_guard<nb::gil_scoped_release>())
      .def(
          "wait", [](BoundTrainer& self, double seconds) { return self.trainer().wait(seconds); },
          "seconds"_a, nb::call_guard<nb::gil_scoped_release>())
      .def("stop", [](BoundTrainer& self) { self.trainer().stop(); })
      .def("abandon", [](BoundTrainer& self) { self.trainer().abandon(); })
      .def("totals", [](BoundTrainer& self) { return self.trainer().totals(); });
}

// Bands follow one another; the first begins with word first_word or a later one.
std::vector<Band> to_bands(BandTable table, int32_t first_word) {
  std::vector<Band> bands;
  int32_t word = first_word;
  for (size_t i = 0; i < table.shape(0); i++) {
    const int32_t* row = table.data() + 5 * i;
    const Band band = {row[0], row[1], row[2], row[3], row[4]};
    require((i == 0 ? band.first_word >= word : band.first_word == word) && band.n_words >= 1 &&
                band.first_row >= 0 && band.width >= 1 && band.per_row >= 1,
            "bands must have words, widths and rows, and follow one another");
    word = band.first_word + band.n_words;
    bands.push_back(band);
  }
  require(!bands.empty(), "there must be a band");
  return bands;
}

// Of the words of bands.
WordRanks to_ranks(const std::optional<Array<int32_t>>& ranks, const std::vector<Band>& bands) {
  if (!ranks) return {};
  const int32_t n_words = bands.back().first_word + bands.back().n_words;
  WordRanks result(ranks->data(), ranks->data() + ranks->shape(0));
  std::vector<bool> seen(n_words);
  require(result.size() == seen.size(), "there must be a rank for each word");
  for (const int32_t rank : result) {
    require(rank >= 0 && rank < n_words && !seen[rank], "every rank must occur once");
    seen[rank] = true;
  }
  return result;
}

const NoiseRule& to_noise_rule(const std::string& name) {
  if (const NoiseRule* rule = find_noise_rule(name)) return *rule;
  std::string names;
  for (const NoiseRule& rule : kNoiseRules)
    names.append(names.empty() ? "" : ", ").append(rule.name);
  throw nb::value_error(("rule must be one of " + names).c_str());
}

void bind_output_layers(nb::module_& m) {
  nb::class_<OutputLayer>(m, "OutputLayer")
      .def_prop_ro("n_words", &OutputLayer::n_words)
      .def_prop_ro("n_outputs", &OutputLayer::n_outputs);

  nb::class_<NoiseSampling, OutputLayer>(m, "NoiseSampling")
      .def(
          "__init__",
          [](NoiseSampling* self, const std::string& rule_name, Array<double> noise_probs,
             int samples, int share, std::optional<Array<double>> offsets, bool learn_log_z) {
            const NoiseRule& rule = to_noise_rule(rule_name);
            const size_t n_words = noise_probs.shape(0);
            require(n_words >= 1 && n_words < INT32_MAX && samples >= 1 && share >= 1,
                    "noise_probs, samples and share must not be empty or zero");
            require(offsets.has_value() == rule.has_offsets &&
                        (!offsets || offsets->shape(0) == n_words),
                    "offsets must be one by word, or none where the rule has none");
            require(!learn_log_z || rule_name == "nce", "only nce can learn log_z");
            std::vector<float> logits;
            if (offsets) logits.assign(offsets->data(), offsets->data() + n_words);
            new (self) NoiseSampling(rule, noise_probs.data(), n_words, std::move(logits),
                                     {samples, share}, learn_log_z);
          },
          "rule"_a, "noise_probs"_a, "samples"_a, nb::kw_only(), "share"_a = 1,
          "offsets"_a = nb::none(), "learn_log_z"_a = false);

  nb::class_<CandidateSoftmax, OutputLayer>(m, "CandidateSoftmax")
      .def(
          "__init__",
          [](CandidateSoftmax* self, int32_t n_words, int32_t candidates, double linear,
             double square, double offset, double constant, double low, double high, double share) {
            require(n_words >= 1 && candidates >= 1, "n_words and candidates must be at least 1");
            require(share > 0 && share <= 1, "share must be over 0 and up to 1");
            new (self) CandidateSoftmax(n_words, candidates,
                                        {linear, square, offset, constant, low, high, share});
          },
          "n_words"_a, "candidates"_a, nb::kw_only(), "linear"_a = 1.0, "square"_a = 0.0,
          "offset"_a = 0.0, "constant"_a = 0.0, "low"_a = 0.0, "high"_a = 0.0, "share"_a = 1.0);

  nb::class_<DifferentiatedSoftmax, OutputLayer>(m, "DifferentiatedSoftmax")
      .def(
          "__init__",
          [](DifferentiatedSoftmax* self, BandTable table, std::optional<Array<int32_t>> ranks) {
            std::vector<Band> bands = to_bands(table, 0);
            WordRanks of_words = to_ranks(ranks, bands);
            new (self) DifferentiatedSoftmax(std::move(bands), std::move(of_words));
          },
          "bands"_a, "ranks"_a = nb::none());

  nb::class_<AdaptiveSoftmax, OutputLayer>(m, "AdaptiveSoftmax")
      .def(
          "__init__",
          [](AdaptiveSoftmax* self, BandTable clusters, std::optional<Array<int32_t>> ranks) {
            std::vector<Band> bands = to_bands(clusters, 1);
            int32_t row = bands.front().first_word + static_cast<int32_t>(bands.size());
            for (const Band& band : bands) {
              require(band.first_row == row + band.width, "clusters must lie one after the other");
              row = band.end_row();
            }
            WordRanks of_words = to_ranks(ranks, bands);
            new (self) AdaptiveSoftmax(std::move(bands), std::move(of_words));
          },
          "clusters"_a, "ranks"_a = nb::none());

  nb::class_<HierarchicalSoftmax, OutputLayer>(m, "HierarchicalSoftmax")
      .def(
          "__init__",
          [](HierarchicalSoftmax* self, Array<int64_t> path_offsets, Array<int32_t> path_ids,
             Array<uint8_t> codes) {
            const size_t n = path_offsets.shape(0), n_nodes = path_ids.shape(0);
            require(n >= 3 && codes.shape(0) == n_nodes && path_offsets.data()[0] == 0 &&
                        path_offsets.data()[n - 1] == static_cast<int64_t>(n_nodes),
                    "the tree's arrays do not fit together");
            TreePaths paths{{path_offsets.data(), path_offsets.data() + n},
                            {path_ids.data(), path_ids.data() + n_nodes},
                            {codes.data(), codes.data() + n_nodes}};
            for (size_t w = 1; w < n; w++)
              require(paths.offsets[w] > paths.offsets[w - 1], "every word needs a path");
            for (int32_t id : paths.node_ids)
              require(id >= 0 && id < static_cast<int32_t>(n) - 2, "a path leaves the tree");
            new (self) HierarchicalSoftmax(std::move(paths));
          },
          "path_offsets"_a, "path_ids"_a, "codes"_a);
}

}  // namespace

NB_MODULE(HUFFVEC_MODULE, m) {
  m.attr("vector_bytes") = HUFFVEC_VECTOR_BYTES;
  m.def("cpu_isas", &cpu_isas);
  m.def("huffman_paths", &bind_huffman_paths, "counts"_a);
  m.def("allocate_table", &allocate_table, "n_rows"_a, "stride"_a);
  m.def("fill_uniform", &fill_uniform, "table"_a, "dim"_a, "half_width"_a, "seed"_a);
  bind_output_layers(m);
  bind_trainer(m);
}

}  // namespace huffvec
