#include "walks/walk_lanes.hpp"

#include <algorithm>

#include "text/provisional_ids.hpp"

namespace huffvec {

namespace {

// Enough to hide the memory's latency; their state stays in the first-level cache.
constexpr size_t kLanes = 64;

// Rejected draws for a step, before going through all neighbours can pay.
constexpr int32_t kMinTries = 64;

// With p and q up to 1e9, 32 bits would not tell the smallest shares apart.
uint64_t as_level(double share) { return static_cast<uint64_t>(share * 0x1p63); }

double as_share(uint64_t random) { return static_cast<double>(random >> 11) * 0x1p-53; }

}  // namespace

WalkLanes::WalkLanes(const Graph& graph, const NeighbourSets* sets, const WalkPlan& plan)
    : graph_(graph), sets_(sets), plan_(plan), back_factor_(1 / plan.p), away_factor_(1 / plan.q) {
  most_ = std::max(1.0, away_factor_);
  extra_ = std::max(0.0, back_factor_ - most_);
  near_ = as_level(1 / most_);
  away_ = as_level(away_factor_ / most_);
  back_ = as_level(std::min(1.0, back_factor_ / most_));
}

void WalkLanes::walk(std::span<const int32_t> starts, uint64_t first_number, const Job& job,
                     std::vector<int32_t>& items) {
  const size_t size = static_cast<size_t>(plan_.length) + 1;
  const size_t old = items.size();
  items.resize(old + starts.size() * size, kUnknownWord);
  starts_ = starts;
  first_number_ = first_number;
  n_begun_ = 0;
  room_ = items.data() + old;
  lanes_.clear();
  for (Lane lane; lanes_.size() < kLanes && begin(lane);) lanes_.push_back(lane);
  const bool is_first_order = plan_.is_first_order();
  while (!lanes_.empty() && !job.stopping()) {
    for (Lane& lane : lanes_) draw(lane);
    for (Lane& lane : lanes_) look(lane);
    for (size_t i = 0; i < lanes_.size();) {
      Lane& lane = lanes_[i];
      const bool goes_on = step(lane, is_first_order || is_kept(lane));
      if (goes_on || begin(lane)) {
        ++i;
      } else {
        lane = lanes_.back();
        lanes_.pop_back();
      }
    }
  }
  // Walks that have ended early leave room.
  items.erase(std::remove(items.begin() + static_cast<ptrdiff_t>(old), items.end(), kUnknownWord),
              items.end());
}

// Begins the next walk that has a step to make; false if there is none.
bool WalkLanes::begin(Lane& lane) {
  while (n_begun_ < starts_.size()) {
    const size_t i = n_begun_++;
    lane.rng = Rng(plan_.seed, first_number_ + i, Draw::kWalk);
    lane.next = room_ + i * (static_cast<size_t>(plan_.length) + 1);
    lane.end = lane.next + plan_.length;
    lane.node = lane.last = starts_[i];
    lane.n_rejected = kFree;
    lane.extra = 0;
    *lane.next++ = lane.node;
    if (lane.next != lane.end && graph_.has_neighbours(lane.node)) return true;
    *lane.next = kSentenceEnd;
  }
  return false;
}

void WalkLanes::draw(Lane& lane) const {
  lane.random = lane.rng.next();
  lane.slot = graph_.draw_slot(lane.node, lane.random);
}

void WalkLanes::look(Lane& lane) const {
  lane.drawn = graph_.target(graph_.draw_edge(lane.node, lane.slot, lane.random));
  graph_.prefetch_node(lane.drawn);
  if (sets_) sets_->prefetch(lane.last, lane.drawn);
}

// Tells whether the step is made, as drawn or going back instead. Without branches, which nothing
// could predict.
bool WalkLanes::is_kept(Lane& lane) const {
  if (lane.n_rejected >= kMinTries && lane.n_rejected >= graph_.degree(lane.node)) [[unlikely]] {
    draw_exactly(lane);
    return true;
  }
  bool goes_back = false;
  if (extra_ > 0) {
    const double total = most_ * graph_.total_weight(lane.node) + lane.extra;
    goes_back = as_share(lane.rng.next()) * total < lane.extra;
    lane.drawn = goes_back ? lane.last : lane.drawn;
  }
  const uint64_t level = lane.rng.next() >> 1;
  const uint64_t limit = sets_->has(lane.last, lane.drawn) ? near_ : away_;
  return (level < (lane.drawn == lane.last ? back_ : limit)) | goes_back |
         (lane.n_rejected == kFree);
}

// Draws by going through all neighbours.
void WalkLanes::draw_exactly(Lane& lane) const {
  const auto bias = [&](int64_t edge) {
    const int32_t to = graph_.target(edge);
    const double others = sets_->has(lane.last, to) ? 1.0 : away_factor_;
    return graph_.edge_weight(edge) * (to == lane.last ? back_factor_ : others);
  };
  const int64_t begin = graph_.begin(lane.node), end = graph_.end(lane.node);
  double total = 0;
  for (int64_t edge = begin; edge < end; edge++) total += bias(edge);
  double left = as_share(lane.rng.next()) * total;
  int64_t edge = begin;
  for (; edge < end - 1 && (left -= bias(edge)) >= 0;) ++edge;
  lane.drawn = graph_.target(edge);
}

// Makes the step, if it is kept. False when the walk has ended.
bool WalkLanes::step(Lane& lane, bool is_kept) const {
  lane.last = is_kept ? lane.node : lane.last;
  lane.node = is_kept ? lane.drawn : lane.node;
  *lane.next = lane.node;  // written over if not kept
  lane.next += is_kept;
  if (extra_ > 0 && is_kept) lane.extra = extra_ * graph_.weight_back(lane.last, lane.node);
  const int64_t degree = graph_.degree(lane.node);
  lane.n_rejected = is_kept ? (degree == 1 ? kFree : 0) : lane.n_rejected + 1;
  if (lane.next != lane.end && degree != 0) return true;
  *lane.next = kSentenceEnd;
  return false;
}

}  // namespace huffvec
