// Graphs for random walks: read from lists of edges, kept as sorted neighbours of each node.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/alias.hpp"
#include "text/corpus_error.hpp"
#include "text/word_table.hpp"

namespace huffvec {

// Edges in the order in which they come: node ids, from 0 on, and weights if there are any.
struct Edges {
  std::vector<int32_t> sources, targets;
  std::vector<float> weights;  // of all edges or of none
};

// Reads text with an edge a line: two nodes and perhaps a weight, separated by white space. The
// weight may be in a dict of Python's, as networkx writes. Or an adjacency list: a node and its
// neighbours a line. Lines that begin with # are left out. Nodes get ids in the order of the text.
class EdgeReader {
 public:
  explicit EdgeReader(bool adjacency) : is_adjacency_(adjacency) {}
  EdgeReader(const EdgeReader&) = delete;
  EdgeReader& operator=(const EdgeReader&) = delete;

  // Pieces come in order, cut at white space.
  void add(const TextPlace& place, std::string_view text, bool ends_line);

  const Edges& edges() const { return edges_; }
  std::string names() const;  // of the nodes, by id, joined by "\n"

 private:
  void end_line(const std::string& name);
  void add_field(const TextPlace& place, const Token& token);
  void add_neighbour(const TextPlace& place, const Token& token);
  int32_t node_of(const TextPlace& place, const Token& token);
  void add_weight(const std::string& name, const std::string& number);
  std::string where(const std::string& name) const;

  bool is_adjacency_;
  WordTable nodes_;
  Edges edges_;
  int64_t line_ = 1;
  int n_fields_ = 0;        // of the line, -1 in a comment
  int32_t node_ = 0;        // that the line begins with, in an adjacency list
  std::string attributes_;  // the dict behind the nodes
};

// An edge that is there several times counts once, with its last weight.
class Graph {
 public:
  // Nodes are 0 … n_nodes - 1. Not directed: an edge goes both ways.
  Graph(int32_t n_nodes, std::span<const int32_t> sources, std::span<const int32_t> targets,
        std::span<const float> weights, bool directed);

  int32_t n_nodes() const { return static_cast<int32_t>(offsets_.size() - 1); }
  int64_t n_edges() const { return offsets_.back(); }
  bool is_weighted() const { return !weights_.empty(); }

  // A node's edges are those from begin to end - 1, sorted by where they go.
  int64_t begin(int32_t node) const { return offsets_[node]; }
  int64_t end(int32_t node) const { return offsets_[node + 1]; }
  int64_t degree(int32_t node) const { return end(node) - begin(node); }
  bool has_neighbours(int32_t node) const { return degree(node) != 0; }
  int32_t target(int64_t edge) const { return targets_[edge]; }

  std::span<const int32_t> neighbours(int32_t node) const {
    return {targets_.data() + begin(node), static_cast<size_t>(degree(node))};
  }

  // The weight of the edge that goes back along one from source to target; 0 if there is none.
  float weight_back(int32_t source, int32_t target) const {
    return is_directed_ || is_weighted() ? weight(target, source) : 1;
  }

  float edge_weight(int64_t edge) const { return is_weighted() ? weights_[edge] : 1; }

  // The sum of the weights of a node's edges.
  float total_weight(int32_t node) const {
    return is_weighted() ? totals_[node] : static_cast<float>(degree(node));
  }

  // An edge of a node that has one, drawn by weight with 64 random bits, in two steps: to look up
  // what the second needs takes a while, in which other things can be done.
  int64_t draw_slot(int32_t node, uint64_t random) const {
    const auto size = static_cast<uint64_t>(degree(node));
    const int64_t slot = begin(node) + static_cast<int64_t>((random >> 32) * size >> 32);
    __builtin_prefetch(&targets_[slot]);
    if (is_weighted()) __builtin_prefetch(&aliases_[slot]);
    return slot;
  }
  int64_t draw_edge(int32_t node, int64_t slot, uint64_t random) const {
    if (!is_weighted()) return slot;
    const Alias alias = aliases_[slot];
    return static_cast<uint32_t>(random) < alias.accept ? slot : begin(node) + alias.place;
  }

  // Begins to bring what drawing from a node needs into the cache.
  void prefetch_node(int32_t node) const { __builtin_prefetch(&offsets_[node]); }

 private:
  struct Alias {
    uint32_t accept;  // the edge itself is drawn when 32 random bits are below
    uint32_t place;   // else the one at this place among the node's edges
  };

  void make_alias_tables();
  float weight(int32_t source, int32_t target) const;  // 0 without such an edge

  bool is_directed_;
  std::vector<int64_t> offsets_;  // by node, of what follows
  std::vector<int32_t> targets_;
  std::vector<float> weights_;
  std::vector<Alias> aliases_;  // by edge, if there are weights
  std::vector<float> totals_;   // by node
};

}  // namespace huffvec
