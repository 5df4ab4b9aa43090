#include "bind/plan.hpp"

#include <utility>

namespace huffvec {
namespace {

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

constexpr std::pair<const char*, Architecture> kArchitectures[] = {
    {"skipgram", Architecture::kSkipGram},
    {"cbow", Architecture::kCbow},
    {"dbow", Architecture::kDbow},
    {"documents", Architecture::kDocuments}};

void set_architecture(BoundPlan& plan, const std::string& name) {
  for (const auto& [known, architecture] : kArchitectures)
    if (name == known) {
      plan.architecture = architecture;
      return;
    }
  throw nb::value_error("architecture must be skipgram, cbow, dbow or documents");
}

const char* architecture_name(const BoundPlan& plan) {
  return kArchitectures[static_cast<int>(plan.architecture)].first;
}

Corpus to_corpus(const BoundPlan& bound) {
  const Corpus corpus = {bound.ids.data(),
                         bound.sentence_offsets.data(),
                         static_cast<int64_t>(bound.sentence_offsets.shape(0)) - 1,
                         static_cast<int64_t>(bound.ids.shape(0)),
                         bound.chunk_tokens,
                         static_cast<int32_t>(bound.keep_thresholds.shape(0))};
  require(corpus.n_sentences >= 1 && corpus.sentence_offsets[0] == 0 &&
              corpus.sentence_offsets[corpus.n_sentences] == corpus.n_tokens,
          "sentence_offsets must go from 0 to the number of tokens");
  for (int64_t i = 0; i < corpus.n_sentences; i++)
    require(corpus.sentence_offsets[i] <= corpus.sentence_offsets[i + 1],
            "sentence_offsets must not fall");
  require(corpus.chunk_tokens >= 1 && corpus.chunk_tokens < (1 << 30),
          "chunk_tokens must be 1 to 2^30");
  return corpus;
}

// What inputs have beyond a row for each word.
void add_input_parts(const BoundPlan& bound, TrainingPlan& plan) {
  const int32_t n_words = plan.corpus.n_words;
  require(bound.bag_offsets.has_value() == bound.bag_row_ids.has_value(),
          "bag_offsets and bag_row_ids belong together");
  if (bound.bag_offsets && bound.bag_row_ids)
    plan.bags = to_bags(*bound.bag_offsets, *bound.bag_row_ids, n_words, plan.input_rows.n_rows);
  if (bound.frozen) {
    require(!bound.bag_offsets && bound.frozen->shape(0) == static_cast<size_t>(n_words),
            "frozen must have a number for each word, and words a row each");
    plan.frozen = bound.frozen->data();
  }
  if (bound.position_rows) {
    plan.position_rows = to_rows(*bound.position_rows, "position_rows");
    require(plan.architecture == Architecture::kCbow &&
                plan.position_rows.n_rows == 2 * plan.window &&
                plan.position_rows.stride == plan.input_rows.stride,
            "position_rows are for cbow, one for each place of the window");
  }
}

TagTable to_tags(const BoundPlan& bound, const TrainingPlan& plan) {
  if (!bound.tag_rows || !bound.tag_offsets || !bound.tag_ids)
    throw nb::value_error("tag_rows, tag_offsets and tag_ids belong together");
  const Rows rows = to_rows(*bound.tag_rows, "tag_rows");
  const int64_t n_documents = plan.corpus.n_sentences;
  const int64_t n_tags = static_cast<int64_t>(bound.tag_ids->shape(0));
  const int64_t* const offsets = bound.tag_offsets->data();
  require(static_cast<int64_t>(bound.tag_offsets->shape(0)) == n_documents + 1 && offsets[0] == 0 &&
              offsets[n_documents] == n_tags,
          "tag_offsets must be one more than sentences, from 0 to the number of tag_ids");
  for (int64_t i = 0; i < n_documents; i++)
    require(offsets[i] <= offsets[i + 1], "tag_offsets must not fall");
  const int32_t* const ids = bound.tag_ids->data();
  for (int64_t k = 0; k < n_tags; k++)
    require(ids[k] >= 0 && ids[k] < rows.n_rows, "tag_ids must be rows of tag_rows");
  require(rows.stride == plan.output_rows.stride && plan.position_rows.n_rows == 0,
          "tag_rows must be as long as output_rows, and are not for weighted positions");
  return {offsets, ids, rows};
}

DocumentTable to_documents(const BoundPlan& bound, const TrainingPlan& plan) {
  if (!bound.feature_offsets || !bound.feature_row_ids || !bound.feature_values)
    throw nb::value_error("documents need feature_offsets, feature_row_ids and feature_values");
  const int64_t n_documents = plan.corpus.n_sentences;
  const int64_t n_features = static_cast<int64_t>(bound.feature_row_ids->shape(0));
  const int64_t* const offsets = bound.feature_offsets->data();
  require(static_cast<int64_t>(bound.feature_offsets->shape(0)) == n_documents + 1 &&
              offsets[0] == 0 && offsets[n_documents] == n_features,
          "feature_offsets must be one more than documents, from 0 to the number of features");
  const int64_t* const labels = plan.corpus.sentence_offsets;
  for (int64_t i = 0; i < n_documents; i++) {
    require(offsets[i] <= offsets[i + 1], "feature_offsets must not fall");
    require(labels[i + 1] - labels[i] <= plan.corpus.chunk_tokens,
            "chunk_tokens must not be less than the labels of a document");
  }
  require(static_cast<int64_t>(bound.feature_values->shape(0)) == n_features,
          "every feature needs a value");
  const int32_t* const row_ids = bound.feature_row_ids->data();
  for (int64_t k = 0; k < n_features; k++)
    require(row_ids[k] >= 0 && row_ids[k] < plan.input_rows.n_rows,
            "feature_row_ids must be rows of input_rows");
  const float* weights = nullptr;
  if (bound.document_weights) {
    require(static_cast<int64_t>(bound.document_weights->shape(0)) == n_documents,
            "every document needs a weight");
    weights = bound.document_weights->data();
  }
  return {offsets, row_ids, bound.feature_values->data(), weights};
}

// Documents are trained at the same time, so each must have a row of its own.
void check_inference(const BoundPlan& bound, const TrainingPlan& plan) {
  require(!bound.deterministic, "documents that are inferred do not see each other anyway");
  const TagTable& tags = plan.tags;
  const int64_t n_documents = plan.corpus.n_sentences;
  bool has_own = tags.offsets != nullptr && tags.rows.n_rows == n_documents;
  for (int64_t i = 0; has_own && i < n_documents; i++)
    has_own = tags.offsets[i] == i && tags.ids[i] == i;
  require(has_own && (plan.architecture == Architecture::kDbow ||
                      plan.architecture == Architecture::kCbow),
          "documents are inferred by dbow or cbow, under a tag each, their numbers");
  require(!bound.bag_offsets && !bound.frozen &&
              (!bound.bag_sizes ||
               bound.bag_sizes->shape(0) == static_cast<size_t>(plan.corpus.n_words)),
          "where documents are inferred, words have a row and maybe a bag size each");
  require(bound.document_prior >= 0, "document_prior must not be less than 0");
  const auto n = static_cast<size_t>(n_documents);
  require(bound.document_epochs && bound.document_epochs->shape(0) == n,
          "every document that is inferred needs document_epochs");
}

nb::object make_plan(const nb::kwargs& fields) {
  nb::object plan = nb::cast(BoundPlan{});
  for (auto [name, value] : fields) {
    try {
      nb::setattr(plan, name, value);
    } catch (nb::python_error& error) {
      if (!error.matches(PyExc_TypeError)) throw;
      nb::raise_from(error, PyExc_TypeError, "%s is of a wrong type", nb::str(name).c_str());
    }
  }
  return plan;
}

}  // namespace

TrainingPlan to_plan(const BoundPlan& bound) {
  require(bound.output_layer && bound.ids.is_valid() && bound.sentence_offsets.is_valid() &&
              bound.keep_thresholds.is_valid() && bound.input_rows.is_valid() &&
              bound.output_rows.is_valid(),
          "a plan needs output_layer, ids, sentence_offsets, keep_thresholds and both tables");
  require(bound.window >= 1 && bound.epochs >= 1, "window and epochs must be at least 1");
  require(bound.row_share.scale > 0, "mean_scale must be greater than 0");
  require(bound.row_share.exponent >= 0 && bound.row_share.exponent <= 1,
          "mean_exponent must lie between 0 and 1");
  TrainingPlan plan;
  static_cast<TrainingSettings&>(plan) = bound;
  plan.corpus = to_corpus(bound);
  plan.keep_thresholds = bound.keep_thresholds.data();
  plan.input_rows = to_rows(bound.input_rows, "input_rows");
  plan.output_rows = to_rows(bound.output_rows, "output_rows");
  const OutputLayer& layer = *bound.output_layer;
  require(plan.input_rows.stride == plan.output_rows.stride &&
              plan.output_rows.stride >= layer.min_stride(),
          "input and output rows must be of one length, and long enough for the objective");
  require(
      layer.n_words() == plan.corpus.n_words &&
          (bound.bag_offsets || bound.feature_offsets || plan.architecture == Architecture::kDbow ||
           plan.input_rows.n_rows >= plan.corpus.n_words) &&
          plan.output_rows.n_rows >= layer.n_outputs(),
      "tables, thresholds and objective must be made for one vocabulary");
  add_input_parts(bound, plan);
  const bool has_documents = plan.architecture == Architecture::kDocuments;
  require(
      has_documents == bound.feature_offsets.has_value() && (has_documents || !layer.takes_sets()),
      "features of documents and layers that take sets are for documents");
  if (has_documents) plan.documents = to_documents(bound, plan);
  require(plan.architecture != Architecture::kDbow || bound.tag_rows.has_value(),
          "dbow needs tags of documents");
  if (bound.tag_rows || bound.tag_offsets || bound.tag_ids) plan.tags = to_tags(bound, plan);
  if (bound.infers) check_inference(bound, plan);
  if (bound.document_epochs) plan.document_epochs = bound.document_epochs->data();
  if (bound.bag_sizes) plan.bag_sizes = bound.bag_sizes->data();
  return plan;
}

void bind_plan(nb::module_& m) {
  nb::class_<BoundPlan>(m, "TrainingPlan")
      .def(nb::new_(&make_plan))
      .def_rw("output_layer", &BoundPlan::output_layer)
      .def_rw("ids", &BoundPlan::ids)
      .def_rw("sentence_offsets", &BoundPlan::sentence_offsets)
      .def_rw("keep_thresholds", &BoundPlan::keep_thresholds)
      .def_rw("input_rows", &BoundPlan::input_rows)
      .def_rw("output_rows", &BoundPlan::output_rows)
      .def_prop_rw("architecture", &architecture_name, &set_architecture)
      .def_prop_rw(
          "mean_scale", [](const BoundPlan& plan) { return plan.row_share.scale; },
          [](BoundPlan& plan, float scale) { plan.row_share.scale = scale; })
      .def_prop_rw(
          "mean_exponent", [](const BoundPlan& plan) { return plan.row_share.exponent; },
          [](BoundPlan& plan, float exponent) { plan.row_share.exponent = exponent; })
      .def_rw("window", &BoundPlan::window)
      .def_rw("fixed_radius", &BoundPlan::fixed_radius)
      .def_rw("epochs", &BoundPlan::epochs)
      .def_rw("start_lr", &BoundPlan::start_lr)
      .def_rw("end_lr", &BoundPlan::end_lr)
      .def_rw("seed", &BoundPlan::seed)
      .def_rw("deterministic", &BoundPlan::deterministic)
      .def_rw("chunk_tokens", &BoundPlan::chunk_tokens)
      .def_rw("bag_offsets", &BoundPlan::bag_offsets)
      .def_rw("bag_row_ids", &BoundPlan::bag_row_ids)
      .def_rw("position_rows", &BoundPlan::position_rows)
      .def_rw("frozen", &BoundPlan::frozen)
      .def_rw("tag_rows", &BoundPlan::tag_rows)
      .def_rw("tag_offsets", &BoundPlan::tag_offsets)
      .def_rw("tag_ids", &BoundPlan::tag_ids)
      .def_rw("infers", &BoundPlan::infers)
      .def_rw("document_prior", &BoundPlan::document_prior)
      .def_rw("document_epochs", &BoundPlan::document_epochs)
      .def_rw("bag_sizes", &BoundPlan::bag_sizes)
      .def_rw("feature_offsets", &BoundPlan::feature_offsets)
      .def_rw("feature_row_ids", &BoundPlan::feature_row_ids)
      .def_rw("feature_values", &BoundPlan::feature_values)
      .def_rw("document_weights", &BoundPlan::document_weights);
}

}  // namespace huffvec
