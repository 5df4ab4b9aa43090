#include "engine/trainer.hpp"

#include <algorithm>
#include <numeric>
#include <utility>
#include <variant>

#include "engine/batch_worker.hpp"
#include "engine/document_worker.hpp"
#include "engine/inputs/bags.hpp"
#include "engine/inputs/cbow.hpp"
#include "engine/inputs/dbow.hpp"
#include "engine/inputs/documents.hpp"
#include "engine/inputs/frozen_rows.hpp"
#include "engine/inputs/position_cbow.hpp"
#include "engine/inputs/read_rows.hpp"
#include "engine/inputs/skipgram.hpp"
#include "engine/rounds.hpp"
#include "engine/tile_worker.hpp"

namespace huffvec {
namespace {

template <class Source>
std::unique_ptr<InputLayer> layer_over(Source source, const TrainingPlan& plan) {
  if (plan.architecture == Architecture::kSkipGram)
    return std::make_unique<SkipGram<Source>>(std::move(source), plan.tags);
  if (plan.position_rows.n_rows > 0)
    return std::make_unique<PositionCbow<Source>>(std::move(source), plan.position_rows,
                                                  plan.window, plan.row_share);
  return std::make_unique<Cbow<Source>>(std::move(source), plan.row_share, plan.tags);
}

// in_order: windows are trained as they slide over a sentence.
template <class AnyRows>
std::unique_ptr<InputLayer> input_layer_of(AnyRows rows, const TrainingPlan& plan, bool in_order) {
  if (plan.architecture == Architecture::kDocuments)
    return std::make_unique<Documents<AnyRows>>(rows, plan.documents);
  if (plan.frozen != nullptr) return layer_over(FrozenRows(rows, plan.frozen, plan.window), plan);
  if (plan.bags.offsets == nullptr) return layer_over(WordRows(rows), plan);
  // CBOW's mean is over all rows at once, and so is its gradient's share.
  const RowShare share = plan.architecture == Architecture::kSkipGram ? plan.row_share : RowShare{};
  if (in_order) return layer_over(SlidingBags(rows, plan.bags, share, plan.window), plan);
  return layer_over(TileBags(rows, plan.bags, share, plan.corpus.n_words, plan.window), plan);
}

std::unique_ptr<InputLayer> make_input_layer(const TrainingPlan& plan, bool in_order) {
  if (plan.architecture == Architecture::kDbow) return std::make_unique<Dbow>(plan.tags);
  if (plan.infers) return layer_over(ReadRows(SharedRows(plan.input_rows), plan.bag_sizes), plan);
  return by_kind(plan.input_rows, [&](auto rows) { return input_layer_of(rows, plan, in_order); });
}

struct WorkerMaker {
  const TrainingPlan& plan;
  bool alone;

  std::unique_ptr<Worker> operator()(const TileLayer* layer) const {
    if (plan.infers && plan.architecture == Architecture::kDbow)
      if (auto noise = layer->common_noise(plan.output_rows))
        return std::make_unique<DocumentWorker>(plan, *layer, std::move(noise));
    return std::make_unique<TileWorker>(plan, make_input_layer(plan, true), *layer, alone);
  }
  std::unique_ptr<Worker> operator()(const BatchLayer* layer) const {
    return std::make_unique<BatchWorker>(plan, make_input_layer(plan, false), *layer);
  }
};

}  // namespace

Trainer::Trainer(TrainingPlan plan, std::shared_ptr<const OutputLayer> output_layer)
    : plan_(plan), output_layer_(std::move(output_layer)) {
  plan_.abandoned = &abandoned_;
  if (!plan_.infers) return;
  by_length_.resize(plan_.corpus.n_sentences);
  std::iota(by_length_.begin(), by_length_.end(), 0);
  const auto length = [this](int64_t i) { return plan_.corpus.length(i); };
  std::sort(by_length_.begin(), by_length_.end(),
            [=](int64_t a, int64_t b) { return length(a) > length(b); });
  plan_.by_length = by_length_.data();
}

void Trainer::start(int64_t first, int64_t last, int n_threads, Totals before) {
  job_.join();
  abandoned_ = false;
  cursor_ = first;
  last_ = last;
  totals_ = before;
  if (plan_.deterministic && first < last) {
    last_ = round_end(last - 1, plan_.corpus.n_chunks());
    job_.start([=, this] { train_rounds(n_threads); });
    return;
  }
  const int64_t share = std::max<int64_t>(1, (last - first) / n_threads);
  job_.start(
      [=, this] { run_threads(n_threads, [=, this](size_t) { work(n_threads == 1, share); }); });
}

void Trainer::work(bool alone, int64_t share) {
  try {
    const auto worker = std::visit(WorkerMaker{plan_, alone}, output_layer_->kind());
    const int64_t at_once = std::min<int64_t>(share, worker->at_once());
    while (!job_.stopping()) {
      const int64_t chunk = cursor_.fetch_add(at_once);
      if (chunk >= last_) break;
      const Totals trained = worker->train_chunks(chunk, std::min(chunk + at_once, last_));
      if (abandoned_) break;
      add(trained);
    }
  } catch (...) {
    stop();  // the other threads need not go on
    throw;
  }
}

bool Trainer::begins_at(int64_t chunk) const {
  return !plan_.deterministic || chunk == 0 ||
         round_end(chunk - 1, plan_.corpus.n_chunks()) == chunk;
}

void Trainer::train_rounds(int n_threads) {
  Rounds rounds(plan_, n_threads, [this](const TrainingPlan& plan) {
    return std::visit(WorkerMaker{plan, true}, output_layer_->kind());
  });
  while (!job_.stopping() && cursor_ < last_) {
    const int64_t end = round_end(cursor_, plan_.corpus.n_chunks());
    const Totals trained = rounds.train(cursor_, end);
    if (abandoned_) break;
    rounds.merge();
    cursor_ = end;
    add(trained);
  }
}

void Trainer::add(const Totals& trained) {
  const std::lock_guard lock(mutex_);
  totals_ += trained;
}

Totals Trainer::totals() const {
  const std::lock_guard lock(mutex_);
  return totals_;
}

}  // namespace huffvec
