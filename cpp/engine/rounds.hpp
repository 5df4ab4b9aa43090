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
      const Rows& table = *tables_[t];
      touched_by_[t].resize(table.n_rows);
      for (int k = 0; k < kRoundChunks; k++)
        replicas_[k].rows.emplace_back(table.data, table.n_rows, table.stride,
                                       touched_by_[t].data(), k);
      for (int32_t first = 0; first < table.n_rows; first += kPartRows)
        parts_.push_back({t, first, std::min(first + kPartRows, table.n_rows)});
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
    std::atomic<size_t> cursor = 0;
    run_threads(threads_.size(), [&](size_t thread) {
      for (size_t i; (i = cursor.fetch_add(1)) < parts_.size();)
        merge(parts_[i], threads_[thread]->changes());
    });
    for (Replica& replica : replicas_)
      for (PrivateRows& rows : replica.rows) rows.clear();
  }

 private:
  static constexpr int32_t kPartRows = 1024;
  static constexpr int kTables = 4;
  static constexpr int kRowsAhead = 2;

  struct Replica {
    std::vector<PrivateRows> rows;  // by table
    Totals totals;
  };

  // Rows that are merged by one thread.
  struct Part {
    int table;
    int32_t first, last;
  };

  // The tables that are trained; those that a plan does not have are empty.
  static std::array<const Rows*, kTables> tables_of(const TrainingPlan& plan) {
    return {&plan.input_rows, &plan.output_rows, &plan.position_rows, &plan.tags.rows};
  }

  class Thread {
   public:
    template <class MakeWorker>
    Thread(const TrainingPlan& plan, const MakeWorker& make_worker)
        : changes_(static_cast<size_t>(kRoundChunks) * plan.output_rows.stride), plan_(plan) {
      Rows* const tables[] = {&plan_.input_rows, &plan_.output_rows, &plan_.position_rows,
                              &plan_.tags.rows};
      for (int t = 0; t < kTables; t++) tables[t]->copies = &copies_[t];
      worker_ = make_worker(plan_);
    }
    Thread(const Thread&) = delete;
    Thread& operator=(const Thread&) = delete;

    Totals train(int64_t chunk, Replica& replica) {
      for (int t = 0; t < kTables; t++) copies_[t] = &replica.rows[t];
      return worker_->train_chunks(chunk, chunk + 1);
    }

    // Room for what each replica has changed of a row.
    float* changes() { return changes_.data(); }

   private:
    AlignedRow changes_;
    TrainingPlan plan_;
    std::array<PrivateRows*, kTables> copies_ = {};
    std::unique_ptr<Worker> worker_;
  };

  // changes: room for those of a row by each replica.
  void merge(const Part& part, float* changes) {
    const std::vector<TouchedBy>& touched_by = touched_by_[part.table];
    std::array<int32_t, kPartRows> ids;
    int n = 0;
    for (int32_t id = part.first; id < part.last; id++)
      if (touched_by[id]) ids[n++] = id;
    for (int i = 0; i < n; i++) {
      if (i + kRowsAhead < n) prefetch(part.table, ids[i + kRowsAhead]);
      merge_row(part.table, ids[i], changes);
    }
  }

  void prefetch(int table, int32_t id) const {
    for (unsigned left = touched_by_[table][id]; left; left &= left - 1)
      replicas_[std::countr_zero(left)].rows[table].prefetch(id);
  }

  void merge_row(int table, int32_t id, float* room) {
    float* const row = (*tables_[table])[id];
    const int stride = tables_[table]->stride;
    std::array<float*, kRoundChunks> changes = {};
    for (unsigned left = touched_by_[table][id]; left; left &= left - 1, room += stride) {
      const int k = std::countr_zero(left);
      PrivateRows& copies = replicas_[k].rows[table];
      const float* const copy = copies.copied(id);
      changes[k] = room;
      for (int d = 0; d < stride; d += kLanes) store(room + d, load(copy + d) - load(row + d));
      copies.forget(id);
    }
    const float* const change = adaptive_sum(changes.data(), n_, stride);
    for (int d = 0; d < stride; d += kLanes) store(row + d, load(row + d) + load(change + d));
    touched_by_[table][id] = 0;
  }

  std::array<const Rows*, kTables> tables_;
  std::array<std::vector<TouchedBy>, kTables> touched_by_;  // since the round's begin
  std::array<Replica, kRoundChunks> replicas_;
  std::vector<std::unique_ptr<Thread>> threads_;
  std::vector<Part> parts_;
  int n_ = 0;  // chunks of the round
};

}  // namespace huffvec
