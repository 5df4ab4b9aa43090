// Training that gives the same bytes for any number of threads.
//
// A round is kRoundChunks chunks, which do not see each other: each is trained by one thread, from
// the tables as they are at the round's begin, on copies of the rows that it touches. Then what
// they changed is merged row by row, in the order of the chunks (adaptive_sum.hpp), and the next
// round begins. Which thread does what makes no difference.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <memory>
#include <vector>

#include "base/job.hpp"
#include "engine/adaptive_sum.hpp"
#include "engine/private_rows.hpp"
#include "engine/worker.hpp"

namespace huffvec {

// Where the round ends that a chunk is in. Rounds begin anew with every epoch.
inline int64_t round_end(int64_t chunk, int64_t epoch_chunks) {
  const int64_t in_epoch = chunk % epoch_chunks, epoch_begin = chunk - in_epoch;
  const int64_t end = (in_epoch / kRoundChunks + 1) * kRoundChunks;
  return epoch_begin + std::min(end, epoch_chunks);
}

class Rounds {
 public:
  // make_worker(plan): a worker that trains alone.
  template <class MakeWorker>
  Rounds(const TrainingPlan& plan, int n_threads, const MakeWorker& make_worker)
      : tables_(tables_of(plan)), threads_(std::min(n_threads, kRoundChunks)) {
    for (int t = 0; t < kTables; t++) {
      touched_by_[t].resize(tables_[t]->n_rows);
      for (int k = 0; k < kRoundChunks; k++)
        replicas_[k].rows.emplace_back(tables_[t]->data, tables_[t]->stride, touched_by_[t].data(),
                                       k);
    }
    for (auto& thread : threads_) thread = std::make_unique<Thread>(plan, make_worker);
  }

  // Trains chunks first … last - 1, a round; returns what was trained.
  Totals train(int64_t first, int64_t last) {
    n_ = static_cast<int>(last - first);
    std::atomic<int> cursor = 0;
    run_threads(threads_.size(), [&](size_t thread) {
      for (int k; (k = cursor.fetch_add(1)) < n_;)
        replicas_[k].totals = threads_[thread]->train(first + k, replicas_[k]);
    });
    Totals totals;
    for (int k = 0; k < n_; k++) totals += replicas_[k].totals;
    return totals;
  }

  // Puts what the round has changed into the tables.
  void merge() {
    parts_.clear();
    for (size_t t = 0; t < tables_.size(); t++)
      for (int k = 0; k < n_; k++)
        for (int32_t begin = 0; begin < replicas_[k].rows[t].n(); begin += kPartRows)
          parts_.push_back({t, k, begin});
    std::atomic<size_t> cursor = 0;
    run_threads(std::min(threads_.size(), parts_.size()), [&](size_t) {
      for (size_t i; (i = cursor.fetch_add(1)) < parts_.size();) merge(parts_[i]);
    });
  }

 private:
  static constexpr int32_t kPartRows = 256;
  static constexpr int kTables = 4;
  static constexpr int kRowsAhead = 4;

  struct Replica {
    std::vector<PrivateRows> rows;  // by table
    Totals totals;
  };

  struct Part {
    size_t table;
    int replica;
    int32_t first_copy;
  };

  // The tables that are trained; those that a plan does not have are empty.
  static std::array<const Rows*, kTables> tables_of(const TrainingPlan& plan) {
    return {&plan.input_rows, &plan.output_rows, &plan.position_rows, &plan.tags.rows};
  }

  class Thread {
   public:
    template <class MakeWorker>
    Thread(const TrainingPlan& plan, const MakeWorker& make_worker) : plan_(plan) {
      Rows* const tables[] = {&plan_.input_rows, &plan_.output_rows, &plan_.position_rows,
                              &plan_.tags.rows};
      for (int t = 0; t < kTables; t++) tables[t]->copies = &copies_[t];
      worker_ = make_worker(plan_);
    }
    Thread(const Thread&) = delete;
    Thread& operator=(const Thread&) = delete;

    Totals train(int64_t chunk, Replica& replica) {
      for (int t = 0; t < kTables; t++) {
        replica.rows[t].clear();
        copies_[t] = &replica.rows[t];
      }
      return worker_->train_chunks(chunk, chunk + 1);
    }

   private:
    TrainingPlan plan_;
    std::array<PrivateRows*, kTables> copies_ = {};
    std::unique_ptr<Worker> worker_;
  };

  // Of the rows that a replica has copied, merges those that no replica before it has.
  void merge(const Part& part) {
    const Rows& table = *tables_[part.table];
    TouchedBy* const touched_by = touched_by_[part.table].data();
    PrivateRows& own = replicas_[part.replica].rows[part.table];
    const unsigned bit = 1u << part.replica;
    const int32_t end = std::min(part.first_copy + kPartRows, own.n());
    for (int32_t copy = part.first_copy; copy < end; copy++) {
      if (copy + kRowsAhead < end) table.prefetch(own.id(copy + kRowsAhead));
      const int32_t id = own.id(copy);
      const std::atomic_ref touched(touched_by[id]);
      const unsigned replicas = touched.load(std::memory_order_relaxed);
      if ((replicas & (2 * bit - 1)) != bit) continue;
      if (replicas == bit) {
        merge_one(table[id], own.row(copy), table.stride);
      } else {
        merge_several(table[id], part.table, id, replicas);
      }
      touched.store(0, std::memory_order_relaxed);
    }
  }

  static void merge_one(float* row, const float* copy, int stride) {
    for (int d = 0; d < stride; d += kLanes) {
      const Floats before = load(row + d);
      store(row + d, before + (load(copy + d) - before));
    }
  }

  void merge_several(float* row, size_t table, int32_t id, unsigned replicas) {
    const int stride = tables_[table]->stride;
    std::array<float*, kRoundChunks> changes = {};
    for (; replicas; replicas &= replicas - 1) {
      const int k = std::countr_zero(replicas);
      float* const change = changes[k] = replicas_[k].rows[table].find(id);
      for (int d = 0; d < stride; d += kLanes) store(change + d, load(change + d) - load(row + d));
    }
    const float* const change = adaptive_sum(changes.data(), n_, stride);
    for (int d = 0; d < stride; d += kLanes) store(row + d, load(row + d) + load(change + d));
  }

  std::array<const Rows*, kTables> tables_;
  std::array<std::vector<TouchedBy>, kTables> touched_by_;  // since the round's begin
  std::array<Replica, kRoundChunks> replicas_;
  std::vector<std::unique_ptr<Thread>> threads_;
  std::vector<Part> parts_;
  int n_ = 0;  // chunks of the round
};

}  // namespace huffvec
