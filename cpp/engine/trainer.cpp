#include "engine/trainer.hpp"

#include <algorithm>
#include <chrono>
#include <system_error>
#include <utility>
#include <variant>

#include "engine/batch_worker.hpp"
#include "engine/inputs/bags.hpp"
#include "engine/inputs/cbow.hpp"
#include "engine/inputs/frozen_rows.hpp"
#include "engine/inputs/position_cbow.hpp"
#include "engine/inputs/skipgram.hpp"
#include "engine/tile_worker.hpp"

namespace huffvec {
namespace {

template <class Source>
std::unique_ptr<InputLayer> layer_over(Source source, const TrainingPlan& plan) {
  if (plan.architecture == Architecture::kSkipGram)
    return std::make_unique<SkipGram<Source>>(std::move(source));
  if (plan.position_rows.n_rows > 0)
    return std::make_unique<PositionCbow<Source>>(std::move(source), plan.position_rows,
                                                  plan.window, plan.mean_scale);
  return std::make_unique<Cbow<Source>>(std::move(source), plan.mean_scale);
}

// in_order: windows are trained as they slide over a sentence.
std::unique_ptr<InputLayer> make_input_layer(const TrainingPlan& plan, bool in_order) {
  if (plan.frozen != nullptr)
    return layer_over(FrozenRows(plan.input_rows, plan.frozen, plan.window), plan);
  if (plan.bags.offsets == nullptr) return layer_over(TableRows(plan.input_rows), plan);
  // CBOW's mean is over all rows at once, and so is its gradient's share.
  const float scale = plan.architecture == Architecture::kSkipGram ? plan.mean_scale : 0;
  if (in_order)
    return layer_over(SlidingBags(plan.input_rows, plan.bags, scale, plan.window), plan);
  return layer_over(TileBags(plan.input_rows, plan.bags, scale, plan.window), plan);
}

struct WorkerMaker {
  const TrainingPlan& plan;
  bool alone;

  std::unique_ptr<Worker> operator()(const TileLayer* layer) const {
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
}

Trainer::~Trainer() {
  abandon();
  for (std::thread& thread : threads_) thread.join();
}

void Trainer::start(int64_t first, int64_t last, int n_threads, Totals before) {
  while (!wait(3600)) {
  }
  stop_ = abandoned_ = false;
  cursor_ = first;
  last_ = last;
  totals_ = before;
  for (int i = 0; i < n_threads; i++) {
    std::lock_guard lock(mutex_);
    try {
      threads_.emplace_back([this, n_threads] { work(n_threads == 1); });
    } catch (const std::system_error&) {
      // The system has no more threads to give: those that there are do all of the work.
      if (i == 0) throw;
      break;
    }
    n_running_++;
  }
}

void Trainer::work(bool alone) {
  std::exception_ptr error;
  try {
    const auto worker = std::visit(WorkerMaker{plan_, alone}, output_layer_->kind());
    while (!stop_) {
      const int64_t chunk = cursor_++;
      if (chunk >= last_) break;
      const Totals trained = worker->train_chunk(chunk);
      if (abandoned_) break;
      std::lock_guard lock(mutex_);
      totals_.chunks += trained.chunks;
      totals_.tokens += trained.tokens;
      totals_.targets += trained.targets;
      totals_.loss += trained.loss;
    }
  } catch (...) {
    error = std::current_exception();
    stop_ = true;
  }
  std::lock_guard lock(mutex_);
  if (error) error_ = error;
  n_running_--;
  done_.notify_all();
}

bool Trainer::wait(double seconds) {
  {
    std::unique_lock lock(mutex_);
    const auto limit = std::chrono::duration<double>(seconds);
    if (!done_.wait_for(lock, limit, [this] { return n_running_ == 0; })) return false;
  }
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
  if (error_) std::rethrow_exception(std::exchange(error_, nullptr));
  return true;
}

Totals Trainer::totals() const {
  std::lock_guard lock(mutex_);
  return totals_;
}

}  // namespace huffvec
