// The sets of a node's neighbours, for fast look-ups at random places of large graphs.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/system.hpp"
#include "walks/graph.hpp"

namespace huffvec {

// 64 bits for each edge, which lie in the order of the graph's edges. Where those of a node are at
// least as many as there are nodes, they are a bit for each node; otherwise a hash table with
// linear probing, half full, of the neighbours' numbers + 1. An answer takes about one access to
// memory.
class NeighbourSets {
 public:
  explicit NeighbourSets(const Graph& graph)
      : graph_(graph),
        pages_(2 * sizeof(uint32_t) * static_cast<size_t>(graph.n_edges())),
        slots_(static_cast<uint32_t*>(pages_.data())) {
    for (int32_t node = 0; node < graph.n_nodes(); node++) {
      const Range range = range_of(node);
      for (const int32_t neighbour : graph.neighbours(node)) {
        if (range.is_bits) {
          range.slots[neighbour >> 5] |= 1u << (neighbour & 31);
        } else {
          *find(range, neighbour) = static_cast<uint32_t>(neighbour) + 1;
        }
      }
    }
  }

  // Begins to bring what `has` looks at into the cache.
  void prefetch(int32_t node, int32_t neighbour) const {
    const Range range = range_of(node);
    __builtin_prefetch(range.slots +
                       (range.is_bits ? neighbour >> 5 : place_of(neighbour, range.size)));
  }

  // For a node that has a neighbour.
  bool has(int32_t node, int32_t neighbour) const {
    const Range range = range_of(node);
    if (range.is_bits) return range.slots[neighbour >> 5] >> (neighbour & 31) & 1;
    return *find(range, neighbour) != 0;
  }

 private:
  struct Range {
    uint32_t* slots;
    uint64_t size;
    bool is_bits;
  };

  Range range_of(int32_t node) const {
    const int64_t begin = graph_.begin(node);
    const auto size = static_cast<uint64_t>(2 * (graph_.end(node) - begin));
    return {slots_ + 2 * begin, size, 32 * size >= static_cast<uint64_t>(graph_.n_nodes())};
  }

  static int64_t place_of(int32_t neighbour, uint64_t size) {
    const uint32_t hash = static_cast<uint32_t>(neighbour) * 0x9E3779B1u;
    return static_cast<int64_t>(hash * size >> 32);
  }

  // The slot that has the neighbour, or the empty one that it would come into.
  static uint32_t* find(const Range& range, int32_t neighbour) {
    uint32_t* slot = range.slots + place_of(neighbour, range.size);
    while (*slot != 0 && *slot != static_cast<uint32_t>(neighbour) + 1) {
      if (++slot == range.slots + range.size) slot = range.slots;
    }
    return slot;
  }

  const Graph& graph_;
  ZeroedPages pages_;
  uint32_t* const slots_;
};

}  // namespace huffvec
