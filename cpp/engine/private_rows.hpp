// Copies of those rows of a table that a chunk touches, while the table stays as it is.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "engine/aligned_row.hpp"

namespace huffvec {

// By row: a bit for each replica that has a copy of it.
using TouchedBy = uint8_t;

// A row is copied when it is first asked for, and the replica's bit is set. The copies lie one
// after the other, in blocks that stay where they are; which is whose is in a hash table with open
// addressing, at most half full.
class PrivateRows {
 public:
  PrivateRows(const float* table, int stride, TouchedBy* touched_by, int replica)
      : table_(table),
        touched_by_(touched_by),
        bit_(static_cast<TouchedBy>(1 << replica)),
        stride_(stride),
        entries_(kLeastEntries) {}

  int32_t n() const { return static_cast<int32_t>(ids_.size()); }
  // Of the copies 0 … n() - 1, in the order in which they were made.
  int32_t id(int32_t copy) const { return ids_[copy]; }
  float* row(int32_t copy) {
    return blocks_[copy / kBlockRows].data() + static_cast<size_t>(copy % kBlockRows) * stride_;
  }

  float* copy_of(int32_t id) {
    const Entry& entry = entries_[place(id)];
    return entry.id == id ? row(entry.copy) : add(id);
  }
  // Null if the row has no copy.
  float* find(int32_t id) {
    const Entry& entry = entries_[place(id)];
    return entry.id == id ? row(entry.copy) : nullptr;
  }

  void clear() {
    if (n() > 0) std::fill(entries_.begin(), entries_.end(), Entry{});
    ids_.clear();
  }

 private:
  static constexpr int32_t kBlockRows = 256;
  static constexpr size_t kLeastEntries = 64;

  struct Entry {
    int32_t id = -1, copy = 0;
  };

  // Where the row's entry is, or is to be.
  size_t place(int32_t id) const {
    const size_t mask = entries_.size() - 1;
    size_t k = (static_cast<uint64_t>(id) * 0x9E3779B97F4A7C15u >> 32) & mask;
    while (entries_[k].id != id && entries_[k].id >= 0) k = (k + 1) & mask;
    return k;
  }

  [[gnu::noinline]] float* add(int32_t id) {
    if (2 * ids_.size() >= entries_.size()) grow();
    const int32_t copy = n();
    if (copy == static_cast<int32_t>(blocks_.size()) * kBlockRows)
      blocks_.emplace_back(static_cast<size_t>(kBlockRows) * stride_);
    entries_[place(id)] = {id, copy};
    ids_.push_back(id);
    std::atomic_ref(touched_by_[id]).fetch_or(bit_, std::memory_order_relaxed);
    copy_row(table_ + static_cast<size_t>(id) * stride_, stride_, row(copy));
    return row(copy);
  }

  void grow() {
    entries_.assign(2 * entries_.size(), Entry{});
    for (int32_t copy = 0; copy < n(); copy++) entries_[place(ids_[copy])] = {ids_[copy], copy};
  }

  const float* table_;
  TouchedBy* touched_by_;
  TouchedBy bit_;
  int stride_;
  std::vector<Entry> entries_;  // a power of two
  std::vector<int32_t> ids_;    // by copy
  std::vector<AlignedRow> blocks_;
};

}  // namespace huffvec
