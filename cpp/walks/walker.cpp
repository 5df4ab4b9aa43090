#include "walks/walker.hpp"

#include <algorithm>
#include <numeric>

namespace huffvec {

namespace {

// A piece has as many walks as fit into memory for so many nodes, within limits.
constexpr size_t kNodesPerPiece = 1 << 20;
constexpr size_t kMaxWalksPerPiece = 1024;

}  // namespace

Walker::Walker(const Graph& graph, std::string names, int ids_fd, int offsets_fd, WalkPlan plan)
    : graph_(graph),
      names_(std::move(names)),
      plan_(plan),
      provisional_(ids_fd, offsets_fd),
      counts_(static_cast<size_t>(graph_.n_nodes())) {
  job_.start([this] { run(); });
}

size_t Walker::n_bytes() const {
  const size_t n_walks = counts_.size() * static_cast<size_t>(plan_.walks_per_node);
  return 2 * n_walks * static_cast<size_t>(plan_.length) * sizeof(int32_t);
}

void Walker::run() {
  if (!plan_.is_first_order()) sets_.emplace(graph_);
  walk_rounds();
  if (job_.stopping()) return;
  make_vocabulary();
  result_.n_tokens = provisional_.n_raw_tokens();
  result_.n_sentences = provisional_.n_raw_sentences();
  provisional_.replace([this](size_t, size_t) { return ids_.data(); },
                       [this](size_t n_items) {
                         bytes_done_ += n_items * sizeof(int32_t);
                         return !job_.stopping();
                       });
}

// Every round walks from all nodes, in an order of its own.
void Walker::walk_rounds() {
  const size_t n = counts_.size();
  const size_t n_in_piece =
      std::clamp<size_t>(kNodesPerPiece / static_cast<size_t>(plan_.length), 1, kMaxWalksPerPiece);
  const size_t n_pieces = (n + n_in_piece - 1) / n_in_piece;
  std::vector<int32_t> order(n);
  for (int32_t round = 0; round < plan_.walks_per_node; round++) {
    std::iota(order.begin(), order.end(), 0);
    Rng rng(plan_.seed, static_cast<uint64_t>(round), Draw::kWalkOrder);
    for (size_t i = n; i > 1; --i) {
      std::swap(order[i - 1], order[rng.below(static_cast<uint32_t>(i))]);
    }
    std::atomic<size_t> cursor = 0;
    run_threads(plan_.n_threads, [&](size_t) {
      try {
        walk_pieces({order, static_cast<size_t>(round), n_in_piece, n_pieces}, cursor);
      } catch (...) {
        provisional_.stop();  // the others would wait for this piece
        throw;
      }
    });
    if (job_.stopping()) return;
  }
}

void Walker::walk_pieces(const Round& round, std::atomic<size_t>& cursor) {
  const size_t n = counts_.size();
  std::vector<int64_t> counts(n);
  std::vector<int32_t> items;
  WalkLanes lanes(graph_, sets_ ? &*sets_ : nullptr, plan_);
  for (size_t piece; (piece = cursor++) < round.n_pieces && !job_.stopping();) {
    items.clear();
    const size_t begin = piece * round.n_in_piece;
    const auto starts = round.order.subspan(begin, std::min(n - begin, round.n_in_piece));
    lanes.walk(starts, round.number * n + begin, job_, items);
    if (job_.stopping()) break;
    for (const int32_t item : items) {
      if (item >= 0) ++counts[item];
    }
    provisional_.append(round.number * round.n_pieces + piece, items, 0);
    bytes_done_ += items.size() * sizeof(int32_t);
  }
  if (job_.stopping()) provisional_.stop();  // others may wait for a piece that is not made
  const std::lock_guard lock(mutex_);
  for (size_t node = 0; node < n; node++) counts_[node] += counts[node];
}

void Walker::make_vocabulary() {
  std::vector<WordCount> words;
  std::string_view rest = names_;
  for (const int64_t count : counts_) {
    const std::string_view name = rest.substr(0, rest.find('\n'));
    words.push_back({name, count});
    rest.remove_prefix(std::min(name.size() + 1, rest.size()));
  }
  WordTable table;
  for (const WordCount& word : words) table.add_reference(make_token(word.word), 0);
  keep_words(words, result_);
  WordTable sorted;
  add_vocabulary(result_.words, sorted);
  for (const WordCount& word : words) {
    ids_.push_back(static_cast<int32_t>(sorted.find(make_token(word.word))));
  }
  result_.n_types = static_cast<int64_t>(counts_.size());
}

}  // namespace huffvec
