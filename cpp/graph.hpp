// Graphs for random walks: read from lists of edges, kept as sorted neighbours of each node.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "alias.hpp"
#include "corpus_error.hpp"
#include "word_table.hpp"

namespace huffvec {

// Edges in the order in which they come: node ids, from 0 on, and weights if there are any.
struct Edges {
  std::vector<std::int32_t> sources, targets;
  std::vector<float> weights;  // of all edges or of none
};

// Reads text with an edge a line: two nodes and perhaps a weight, separated by white space. Lines
// that begin with # are left out. Nodes get ids in the order of the text.
class EdgeReader {
 public:
  EdgeReader() = default;
  EdgeReader(const EdgeReader&) = delete;
  EdgeReader& operator=(const EdgeReader&) = delete;

  // Pieces come in order, cut at white space.
  void add(const TextPlace& place, std::string_view text, bool ends_line);

  const Edges& edges() const { return edges_; }
  std::string names() const;  // of the nodes, by id, joined by "\n"

 private:
  void end_line(const std::string& name);
  void add_field(const TextPlace& place, const Token& token);

  WordTable nodes_;
  Edges edges_;
  std::int64_t line_ = 1;
  int n_fields_ = 0;  // of the line, -1 in a comment
};

// An edge that is there several times counts once, with its last weight.
class Graph {
 public:
  // Nodes are 0 … n_nodes - 1. Not directed: an edge goes both ways.
  Graph(std::int32_t n_nodes, std::span<const std::int32_t> sources,
        std::span<const std::int32_t> targets, std::span<const float> weights, bool directed);

  std::int32_t n_nodes() const { return static_cast<std::int32_t>(offsets_.size() - 1); }
  std::int64_t n_edges() const { return offsets_.back(); }
  bool is_weighted() const { return !weights_.empty(); }

  // The nodes that a node has edges to, sorted.
  std::span<const std::int32_t> neighbours(std::int32_t node) const {
    const std::int64_t begin = offsets_[node];
    return {targets_.data() + begin, static_cast<std::size_t>(offsets_[node + 1] - begin)};
  }

  bool has_edge(std::int32_t source, std::int32_t target) const {
    const auto found = neighbours(source);
    return std::binary_search(found.begin(), found.end(), target);
  }

  // 0 without such an edge.
  float weight(std::int32_t source, std::int32_t target) const;

  // The sum of the weights of a node's edges.
  float total_weight(std::int32_t node) const {
    return is_weighted() ? totals_[node] : static_cast<float>(neighbours(node).size());
  }

  // A neighbour drawn by weight, for a node that has one.
  std::int32_t draw(std::int32_t node, Rng& rng) const {
    const auto found = neighbours(node);
    const std::uint64_t random = rng.next();
    std::size_t place = (random >> 32) * found.size() >> 32;
    if (is_weighted()) {
      const std::size_t slot = static_cast<std::size_t>(offsets_[node]) + place;
      if (static_cast<std::uint32_t>(random) >= accepts_[slot]) place = aliases_[slot];
    }
    return found[place];
  }

 private:
  void make_alias_tables();

  std::vector<std::int64_t> offsets_;  // by node, of what follows
  std::vector<std::int32_t> targets_;
  std::vector<float> weights_;
  std::vector<std::uint32_t> accepts_;  // the place itself is drawn when 32 random bits are below
  std::vector<std::uint32_t> aliases_;  // else this place
  std::vector<float> totals_;           // by node
};

}  // namespace huffvec
