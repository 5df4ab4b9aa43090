#include "walks/graph.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numeric>
#include <optional>

#include "text/tokens.hpp"

namespace huffvec {

namespace {

constexpr size_t kMaxAttributes = size_t{1} << 20;
constexpr const char* kIfAdjacent =
    " If a line is a node and its neighbours, it is an adjacency list: ";
constexpr Advice kAdjacent{"format", "adjlist", "."};

std::string shorten(std::string_view text) { return std::string(text.substr(0, 50)); }

// The value of the key 'weight' of a dict as Python writes it, outside of strings and of what is
// within other brackets.
std::optional<std::string> find_weight(std::string_view dict) {
  int depth = 0;
  bool is_weight = false;
  for (size_t i = 0; i < dict.size(); i++) {
    const char c = dict[i];
    if (c == '\'' || c == '"') {
      const size_t begin = ++i;
      while (i < dict.size() && dict[i] != c) i += dict[i] == '\\' ? 2 : 1;
      const size_t end = std::min(i, dict.size());
      is_weight = depth == 1 && dict.substr(begin, end - begin) == "weight";
    } else if (c == ':' && is_weight) {
      const size_t begin = dict.find_first_not_of(' ', i + 1);
      if (begin == std::string_view::npos) return "";
      return std::string(dict.substr(begin, dict.find_first_of(",} ", begin) - begin));
    } else {
      depth += (c == '{' || c == '[' || c == '(') - (c == '}' || c == ']' || c == ')');
      is_weight = false;
    }
  }
  return std::nullopt;
}

}  // namespace

void EdgeReader::add(const TextPlace& place, std::string_view text, bool ends_line) {
  const char* const end = text.data() + text.size();
  scan_text(text.data(), end, end, ends_line, [&](std::span<const Token> tokens) {
    for (const Token& token : tokens) {
      if (is_line_end(token)) {
        end_line(place.name);
      } else if (n_fields_ == 0 && token.word[0] == '#') {
        n_fields_ = -1;
      } else if (n_fields_ >= 0) {
        add_field(place, token);
      }
    }
  });
}

std::string EdgeReader::where(const std::string& name) const {
  return name + ": line " + std::to_string(line_);
}

int32_t EdgeReader::node_of(const TextPlace& place, const Token& token) {
  uint32_t node = nodes_.count(token);
  if (node == WordTable::kMissing) {
    check_token(place, token.word, false);
    node = nodes_.add_copy(token, 1);
  }
  return static_cast<int32_t>(node);
}

void EdgeReader::add_neighbour(const TextPlace& place, const Token& token) {
  const int32_t node = node_of(place, token);
  if (n_fields_ == 0) {
    node_ = node;
    n_fields_ = 1;
  } else {
    edges_.sources.push_back(node_);
    edges_.targets.push_back(node);
  }
}

void EdgeReader::add_field(const TextPlace& place, const Token& token) {
  if (is_adjacency_) return add_neighbour(place, token);
  if (n_fields_ < 2) {
    (n_fields_ == 0 ? edges_.sources : edges_.targets).push_back(node_of(place, token));
  } else if (n_fields_ == 2 && attributes_.empty() && token.word[0] != '{') {
    add_weight(place.name, std::string(token.word));
  } else if (n_fields_ == 2 || !attributes_.empty()) {
    if (!attributes_.empty()) attributes_.push_back(' ');
    attributes_.append(token.word);
    if (attributes_.size() > kMaxAttributes) {
      throw CorpusError(where(place.name) + ": the attributes of the edge are too long.");
    }
    n_fields_ = 2;  // until the line ends
    return;
  } else {
    throw CorpusError(where(place.name) +
                          ": expected two nodes and perhaps a weight, found more: '" +
                          shorten(token.word) + "'." + kIfAdjacent,
                      kAdjacent);
  }
  ++n_fields_;
}

void EdgeReader::add_weight(const std::string& name, const std::string& number) {
  char* number_end = nullptr;
  const float weight = std::strtof(number.c_str(), &number_end);
  if (number.empty() || *number_end != '\0' || !std::isfinite(weight) || weight <= 0) {
    throw CorpusError(where(name) + ": the weight '" + shorten(number) +
                          "' is not a number above 0. Expected two nodes and perhaps a weight." +
                          kIfAdjacent,
                      kAdjacent);
  }
  if (edges_.weights.size() + 1 != edges_.sources.size()) {
    throw CorpusError(where(name) + " has a weight, but lines before it have none.");
  }
  edges_.weights.push_back(weight);
}

void EdgeReader::end_line(const std::string& name) {
  if (!attributes_.empty()) {
    if (attributes_.back() != '}') {
      throw CorpusError(where(name) + ": expected the edge's attributes as {…}, found '" +
                        shorten(attributes_) + "'.");
    }
    if (const auto weight = find_weight(attributes_)) {
      add_weight(name, *weight);
      n_fields_ = 3;
    }
    attributes_.clear();
  }
  if (n_fields_ == 1 && !is_adjacency_) {
    throw CorpusError(where(name) + ": expected two nodes, found one." + kIfAdjacent, kAdjacent);
  }
  if (n_fields_ == 2 && !edges_.weights.empty()) {
    throw CorpusError(where(name) + " has no weight, but lines before it have one.");
  }
  n_fields_ = 0;
  ++line_;
}

std::string EdgeReader::names() const {
  std::string names;
  for (const WordTable::Entry& entry : nodes_.entries()) {
    if (!names.empty()) names.push_back('\n');
    names.append(entry.word());
  }
  return names;
}

Graph::Graph(int32_t n_nodes, std::span<const int32_t> sources, std::span<const int32_t> targets,
             std::span<const float> weights, bool directed)
    : is_directed_(directed), offsets_(static_cast<size_t>(n_nodes) + 1) {
  const size_t n_edges = sources.size();
  // An edge's two directions are the numbers 2 e and 2 e + 1.
  const auto from = [&](int64_t i) { return (i & 1) ? targets[i >> 1] : sources[i >> 1]; };
  const auto to = [&](int64_t i) { return (i & 1) ? sources[i >> 1] : targets[i >> 1]; };
  const int64_t step = directed ? 2 : 1;
  const int64_t end = static_cast<int64_t>(2 * n_edges);
  for (int64_t i = 0; i < end; i += step) ++offsets_[from(i) + 1];
  std::partial_sum(offsets_.begin(), offsets_.end(), offsets_.begin());
  std::vector<int64_t> order(static_cast<size_t>(offsets_.back()));
  std::vector<int64_t> next(offsets_.begin(), offsets_.end() - 1);
  for (int64_t i = 0; i < end; i += step) order[next[from(i)]++] = i;
  targets_.reserve(order.size());
  if (!weights.empty()) weights_.reserve(order.size());
  int64_t begin = 0;
  for (int32_t node = 0; node < n_nodes; node++) {
    const auto first = order.begin() + begin;
    const auto last = order.begin() + offsets_[node + 1];
    begin = offsets_[node + 1];
    std::stable_sort(first, last, [&](auto left, auto right) { return to(left) < to(right); });
    for (auto edge = first; edge != last; edge++) {
      if (edge + 1 != last && to(*edge) == to(edge[1])) continue;  // the last one counts
      targets_.push_back(to(*edge));
      if (!weights.empty()) weights_.push_back(weights[*edge >> 1]);
    }
    offsets_[node + 1] = static_cast<int64_t>(targets_.size());
  }
  if (is_weighted()) make_alias_tables();
}

float Graph::weight(int32_t source, int32_t target) const {
  const auto found = neighbours(source);
  const auto place = std::lower_bound(found.begin(), found.end(), target);
  if (place == found.end() || *place != target) return 0;
  return is_weighted() ? weights_[offsets_[source] + (place - found.begin())] : 1;
}

// Walker's alias method (Vose 1991), a table for each node.
void Graph::make_alias_tables() {
  aliases_.resize(targets_.size());
  totals_.resize(offsets_.size() - 1);
  std::vector<double> scaled;
  std::vector<uint32_t> small, large;
  for (int32_t node = 0; node < n_nodes(); node++) {
    const int64_t begin = offsets_[node];
    const size_t n = static_cast<size_t>(offsets_[node + 1] - begin);
    const double total = std::accumulate(&weights_[begin], &weights_[begin] + n, 0.0);
    totals_[node] = static_cast<float>(total);
    scaled.resize(n);
    small.clear();
    large.clear();
    for (uint32_t i = 0; i < n; i++) {
      scaled[i] = weights_[begin + i] / total * static_cast<double>(n);
      (scaled[i] < 1 ? small : large).push_back(i);
    }
    while (!small.empty() && !large.empty()) {
      const uint32_t low = small.back(), high = large.back();
      small.pop_back();
      aliases_[begin + low] = {static_cast<uint32_t>(std::min(scaled[low] * 0x1p32, 0x1p32 - 1)),
                               high};
      scaled[high] -= 1 - scaled[low];
      if (scaled[high] < 1) {
        large.pop_back();
        small.push_back(high);
      }
    }
    // What is left has probability 1 but for rounding: it is its own alias.
    for (const auto* rest : {&small, &large}) {
      for (const uint32_t i : *rest) aliases_[begin + i] = {~0u, i};
    }
  }
}

}  // namespace huffvec
