// The objectives' output layers in the engine module.
#include <nanobind/stl/optional.h>
#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "bind/engine.hpp"
#include "engine/outputs/adaptive_softmax.hpp"
#include "engine/outputs/candidate_softmax.hpp"
#include "engine/outputs/differentiated_softmax.hpp"
#include "engine/outputs/hierarchical_softmax.hpp"
#include "engine/outputs/importance_sampling.hpp"
#include "engine/outputs/label_tree.hpp"
#include "engine/outputs/noise_sampling.hpp"
#include "engine/outputs/one_vs_all.hpp"
#include "engine/outputs/tree_and_noise.hpp"

namespace huffvec {
namespace {

using BandTable = nb::ndarray<const int32_t, nb::shape<-1, 5>, nb::c_contig, nb::device::cpu>;

// Bands follow one another; the first begins with word first_word or a later one.
std::vector<Band> to_bands(const BandTable& table, int32_t first_word) {
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

void bind_noise_sampling(nb::module_& m) {
  nb::class_<NoiseSampling, OutputLayer>(m, "NoiseSampling")
      .def(
          "__init__",
          [](NoiseSampling* self, const std::string& rule_name, const Array<double>& noise_probs,
             int samples, int share, const std::optional<Array<double>>& offsets,
             bool learn_log_z) {
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
}

void bind_importance_sampling(nb::module_& m) {
  nb::class_<ImportanceSampling, OutputLayer>(m, "ImportanceSampling")
      .def(
          "__init__",
          [](ImportanceSampling* self, const Array<double>& proposal_probs, int samples,
             float effective_samples, int max_samples) {
            const size_t n_words = proposal_probs.shape(0);
            require(n_words >= 1 && n_words < INT32_MAX && samples >= 1,
                    "proposal_probs and samples must not be empty or zero");
            require(max_samples >= samples, "max_samples must not be less than samples");
            new (self) ImportanceSampling(proposal_probs.data(), n_words,
                                          {samples, effective_samples, max_samples});
          },
          "proposal_probs"_a, "samples"_a, "effective_samples"_a, "max_samples"_a);
}

void bind_candidate_softmax(nb::module_& m) {
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
}

void bind_banded_softmaxes(nb::module_& m) {
  nb::class_<DifferentiatedSoftmax, OutputLayer>(m, "DifferentiatedSoftmax")
      .def(
          "__init__",
          [](DifferentiatedSoftmax* self, const BandTable& table,
             const std::optional<Array<int32_t>>& ranks) {
            std::vector<Band> bands = to_bands(table, 0);
            WordRanks of_words = to_ranks(ranks, bands);
            new (self) DifferentiatedSoftmax(std::move(bands), std::move(of_words));
          },
          "bands"_a, "ranks"_a = nb::none());

  nb::class_<AdaptiveSoftmax, OutputLayer>(m, "AdaptiveSoftmax")
      .def(
          "__init__",
          [](AdaptiveSoftmax* self, const BandTable& clusters,
             const std::optional<Array<int32_t>>& ranks) {
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
}

void bind_hierarchical_softmax(nb::module_& m) {
  nb::class_<HierarchicalSoftmax, OutputLayer>(m, "HierarchicalSoftmax")
      .def(
          "__init__",
          [](HierarchicalSoftmax* self, const Array<int64_t>& path_offsets,
             const Array<int32_t>& path_ids, const Array<uint8_t>& codes) {
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

void bind_tree_and_noise(nb::module_& m) {
  nb::class_<TreeAndNoise, OutputLayer>(m, "TreeAndNoise")
      .def(
          "__init__",
          [](TreeAndNoise* self, std::shared_ptr<HierarchicalSoftmax> tree,
             std::shared_ptr<NoiseSampling> noise) {
            require(
                noise->rule().name == "negative-sampling" && tree->n_words() == noise->n_words(),
                "the noise must be negative sampling's, of the tree's words");
            new (self) TreeAndNoise(std::move(tree), std::move(noise));
          },
          "tree"_a, "noise"_a);
}

LabelTreeTable to_label_tree(const Array<int32_t>& parents, const Array<int32_t>& leaves) {
  LabelTreeTable tree{{parents.data(), parents.data() + parents.shape(0)},
                      {},
                      {leaves.data(), leaves.data() + leaves.shape(0)}};
  const int32_t n = tree.n_nodes();
  require(n >= 2 && tree.parents[0] == -1 && !tree.leaves.empty(),
          "a label tree needs a root, node 0 with the parent -1, and labels");
  tree.first_child.assign(n + 1, 0);
  for (int32_t k = 1; k < n; k++) {
    require(tree.parents[k] >= 0 && tree.parents[k] < k && tree.parents[k] >= tree.parents[k - 1],
            "nodes must come after their parents, and brothers one after the other");
    tree.first_child[tree.parents[k] + 1]++;
  }
  tree.first_child[0] = 1;
  for (int32_t k = 0; k < n; k++) tree.first_child[k + 1] += tree.first_child[k];
  for (const int32_t node : tree.leaves)
    require(node >= 1 && node < n, "labels must have nodes below the root");
  return tree;
}

void bind_label_layers(nb::module_& m) {
  nb::class_<OneVsAll, OutputLayer>(m, "OneVsAll")
      .def(
          "__init__",
          [](OneVsAll* self, int32_t n_words, bool is_logistic) {
            require(n_words >= 1, "n_words must be at least 1");
            new (self) OneVsAll(n_words, is_logistic);
          },
          "n_words"_a, "is_logistic"_a);
  nb::class_<LabelTree, OutputLayer>(m, "LabelTree")
      .def(
          "__init__",
          [](LabelTree* self, const Array<int32_t>& parents, const Array<int32_t>& leaves,
             bool is_logistic) {
            new (self) LabelTree(to_label_tree(parents, leaves), is_logistic);
          },
          "parents"_a, "leaves"_a, "is_logistic"_a);
}

}  // namespace

void bind_output_layers(nb::module_& m) {
  nb::class_<OutputLayer>(m, "OutputLayer")
      .def_prop_ro("n_words", &OutputLayer::n_words)
      .def_prop_ro("n_outputs", &OutputLayer::n_outputs)
      .def_prop_ro("takes_sets", &OutputLayer::takes_sets);
  bind_noise_sampling(m);
  bind_importance_sampling(m);
  bind_candidate_softmax(m);
  bind_banded_softmaxes(m);
  bind_hierarchical_softmax(m);
  bind_tree_and_noise(m);
  bind_label_layers(m);
}

}  // namespace huffvec
