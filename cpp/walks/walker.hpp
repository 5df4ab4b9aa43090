// Random walks on a graph, as a corpus: first order (DeepWalk, Perozzi et al. 2014) or second order
// (node2vec, Grover & Leskovec 2016).
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/job.hpp"
#include "text/provisional_ids.hpp"
#include "text/vocabulary.hpp"
#include "walks/graph.hpp"
#include "walks/walk_lanes.hpp"

namespace huffvec {

// Walks from every node, as often as planned, on threads of its own, from its construction on. The
// result does not depend on the number of threads.
class Walker {
 public:
  // names: of the nodes, joined by "\n". The descriptors, of empty files, stay the caller's.
  // The graph must outlive the walker.
  Walker(const Graph& graph, std::string names, int ids_fd, int offsets_fd, WalkPlan plan);

  Job& job() { return job_; }
  size_t n_bytes() const;
  size_t bytes_done() const { return bytes_done_.load(std::memory_order_relaxed); }
  const CountedWords& result() const { return result_; }  // after the job has ended, as the rest
  const ProvisionalIds& corpus() const { return provisional_; }

 private:
  void run();
  // A walk from every node, in pieces.
  struct Round {
    std::span<const int32_t> order;  // of the nodes
    size_t number, n_in_piece, n_pieces;
  };
  void walk_rounds();
  void walk_pieces(const Round& round, std::atomic<size_t>& cursor);
  void make_vocabulary();

  const Graph& graph_;
  const std::string names_;
  const WalkPlan plan_;
  std::optional<NeighbourSets> sets_;  // for walks of second order
  ProvisionalIds provisional_;
  std::mutex mutex_;             // of what follows
  std::vector<int64_t> counts_;  // of the nodes in all walks
  std::vector<int32_t> ids_;     // of the nodes in the vocabulary
  std::atomic<size_t> bytes_done_ = 0;
  CountedWords result_;
  Job job_;
};

}  // namespace huffvec
