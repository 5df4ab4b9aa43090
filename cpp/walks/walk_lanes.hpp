// Random walks that take their steps together.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/job.hpp"
#include "base/rng.hpp"
#include "walks/graph.hpp"
#include "walks/neighbour_sets.hpp"

namespace huffvec {

struct WalkPlan {
  int32_t walks_per_node;
  int32_t length;  // in nodes; a walk ends early at a node without an edge
  double p, q;     // weight of going back: 1/p, of going on to no neighbour of the last node: 1/q
  uint64_t seed;
  size_t n_threads;

  bool is_first_order() const { return p == 1 && q == 1; }
};

// Walks of one thread. A step is made in stages, each for all walks before the next one begins:
// while one walk waits for the memory that it has asked for, the others go on.
//
// Steps of second order are drawn by rejection: a neighbour by weight, kept with a probability that
// makes up for the factor 1/p, 1 or 1/q. A factor 1/p above the others would reject nearly all in
// nodes of many neighbours: what it has above them is drawn apart. Where as many draws have been
// rejected as the node has neighbours (and kMinTries), the next one goes through all of them: so no
// step takes more than about twice the time of that, whatever p and q are.
class WalkLanes {
 public:
  // sets: not needed for walks of first order. All must outlive this.
  WalkLanes(const Graph& graph, const NeighbourSets* sets, const WalkPlan& plan);

  // Appends the walks from these nodes to items, each with kSentenceEnd behind it. The draws of
  // walk i are the stream first_number + i. Ends early when the job stops; then items are not all
  // there.
  void walk(std::span<const int32_t> starts, uint64_t first_number, const Job& job,
            std::vector<int32_t>& items);

 private:
  // Any draw for a step is kept: there is no last node, or one neighbour only.
  static constexpr int32_t kFree = -1;

  // Fits into a line of the cache.
  struct Lane {
    Rng rng;
    int32_t* next;  // where the walk's next node goes
    int32_t* end;   // of its room
    int64_t slot;   // of an edge, drawn for the step
    uint64_t random;
    int32_t last, node;
    int32_t drawn;       // where the edge goes
    int32_t n_rejected;  // draws for this step, or kFree
    double extra;        // weight of going back beyond the highest factor of others
  };

  bool begin(Lane& lane);
  void draw(Lane& lane) const;
  void look(Lane& lane) const;
  bool is_kept(Lane& lane) const;
  void draw_exactly(Lane& lane) const;
  bool step(Lane& lane, bool is_kept) const;

  const Graph& graph_;
  const NeighbourSets* const sets_;
  const WalkPlan plan_;
  const double back_factor_, away_factor_;  // 1/p, 1/q
  // What levels are compared with: 2^63 times the factor divided by the highest.
  uint64_t near_, away_, back_;
  double most_, extra_;
  std::vector<Lane> lanes_;
  // Of the walks being made:
  std::span<const int32_t> starts_;
  uint64_t first_number_ = 0;
  size_t n_begun_ = 0;
  int32_t* room_ = nullptr;
};

}  // namespace huffvec
