// Counting pairs in bounded memory: first roughly, then exactly those that may matter.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "base/rng.hpp"

namespace huffvec {

// A hash's high bits name its shard. Each thread gathers hashes by shard, so that a shard is locked
// seldom and is in the cache while it is used.
inline constexpr size_t kPairShards = 64;
inline size_t shard_of(uint64_t hash) { return hash >> 58; }

class PairBuffers {
 public:
  PairBuffers() : keys_(kPairShards) {
    for (std::vector<uint64_t>& keys : keys_) keys.reserve(kSize);
  }

  // Calls use(shard, keys) when a shard's buffer is full.
  template <class Use>
  void add(uint64_t key, const Use& use) {
    const size_t shard = shard_of(mix(key));
    keys_[shard].push_back(key);
    if (keys_[shard].size() < kSize) return;
    use(shard, keys_[shard]);
    keys_[shard].clear();
  }

  template <class Use>
  void flush(const Use& use) {
    for (size_t shard = 0; shard < kPairShards; shard++) {
      if (!keys_[shard].empty()) use(shard, keys_[shard]);
      keys_[shard].clear();
    }
  }

 private:
  static constexpr size_t kSize = 512;
  std::vector<std::vector<uint64_t>> keys_;
};

// For every pair a number that is not below its count: counters that pairs share by their hash
// (a count-min sketch of one row; Cormode and Muthukrishnan 2005). It does not depend on threads.
class PairSketch {
 public:
  static constexpr uint32_t kMost = 0xFFFF;  // where counters stop

  // 64 shards of 2^shard_bits counters of 2 bytes.
  explicit PairSketch(int shard_bits) : mask_((size_t{1} << shard_bits) - 1), shards_(kPairShards) {
    for (Shard& shard : shards_) shard.counters.resize(mask_ + 1);
  }

  void count(size_t shard, const std::vector<uint64_t>& keys) {
    const std::lock_guard lock(shards_[shard].mutex);
    for (const uint64_t key : keys) {
      uint16_t& counter = shards_[shard].counters[mix(key) & mask_];
      counter = static_cast<uint16_t>(counter + (counter < kMost));
    }
  }

  uint32_t bound(uint64_t key) const {
    const uint64_t hash = mix(key);
    return shards_[shard_of(hash)].counters[hash & mask_];
  }

 private:
  struct Shard {
    std::mutex mutex;
    std::vector<uint16_t> counters;
  };
  const size_t mask_;
  std::vector<Shard> shards_;
};

// Exact counts of the pairs that are asked for. A shard that is full lets go of the pairs with the
// lowest bounds in the sketch, and takes no more such: so what it keeps has been counted from the
// start, and does not depend on the order in which threads bring pairs.
class PairTable {
 public:
  struct Entry {
    uint64_t key;
    int64_t count;
  };

  // 64 shards of at most 2^shard_bits entries of 16 bytes.
  PairTable(const PairSketch& sketch, int shard_bits)
      : sketch_(sketch), most_slots_(size_t{1} << shard_bits), shards_(kPairShards) {
    for (Shard& shard : shards_) shard.slots.resize(std::min<size_t>(most_slots_, 64), kEmpty);
  }

  void count(size_t shard_pos, const std::vector<uint64_t>& keys) {
    Shard& shard = shards_[shard_pos];
    const std::lock_guard lock(shard.mutex);
    for (const uint64_t key : keys) {
      Entry& entry = shard.slots[find_slot(shard.slots, key)];
      if (entry.key == key) {
        ++entry.count;
      } else if (sketch_.bound(key) >= shard.floor) {
        entry = {key, 1};
        if (++shard.n_entries * 4 > shard.slots.size() * 3) make_room(shard);
      }
    }
  }

  // The largest bound below which pairs were let go, in any shard; 0: none were.
  uint32_t floor() const {
    uint32_t floor = 0;
    for (const Shard& shard : shards_) floor = std::max(floor, shard.floor);
    return floor;
  }

  // Calls use(entry) for all pairs counted.
  template <class Use>
  void for_each(const Use& use) const {
    for (const Shard& shard : shards_) {
      for (const Entry& entry : shard.slots) {
        if (entry.key != kEmpty.key) use(entry);
      }
    }
  }

 private:
  static constexpr Entry kEmpty{~uint64_t{0}, 0};
  struct Shard {
    std::mutex mutex;
    std::vector<Entry> slots;
    size_t n_entries = 0;
    uint32_t floor = 0;
  };

  static size_t find_slot(const std::vector<Entry>& slots, uint64_t key) {
    const size_t mask = slots.size() - 1;
    size_t slot = mix(key) & mask;
    while (slots[slot].key != key && slots[slot].key != kEmpty.key) slot = (slot + 1) & mask;
    return slot;
  }

  void make_room(Shard& shard) const {
    size_t n_slots = shard.slots.size();
    if (n_slots < most_slots_) {
      n_slots *= 2;
    } else {
      shard.floor = std::max(shard.floor + 1, shard.floor + shard.floor / 4);
    }
    std::vector<Entry> old(n_slots, kEmpty);
    old.swap(shard.slots);
    shard.n_entries = 0;
    for (const Entry& entry : old) {
      if (entry.key == kEmpty.key || sketch_.bound(entry.key) < shard.floor) continue;
      shard.slots[find_slot(shard.slots, entry.key)] = entry;
      ++shard.n_entries;
    }
    if (shard.n_entries * 4 > shard.slots.size() * 3) make_room(shard);
  }

  const PairSketch& sketch_;
  const size_t most_slots_;
  std::vector<Shard> shards_;
};

}  // namespace huffvec
