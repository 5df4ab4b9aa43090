// Paths of the Huffman tree, by two queues over counts that are sorted in descending order.
#pragma once

#include <cstdint>
#include <limits>
#include <vector>

namespace huffvec {

struct TreePaths {
  std::vector<int64_t> offsets;   // word w's path is offsets[w] … offsets[w + 1]
  std::vector<int32_t> node_ids;  // root first
  std::vector<uint8_t> codes;
};

// counts: n >= 2 values, descending. Ties take a leaf before an inner node, which keeps the tree
// shallow, and the later word before the earlier.
inline TreePaths huffman_paths(const int64_t* counts, int32_t n) {
  const int32_t root = 2 * n - 2;
  std::vector<double> weights(2 * static_cast<size_t>(n) - 1,
                              std::numeric_limits<double>::infinity());
  std::vector<int32_t> parents(weights.size());
  std::vector<uint8_t> bits(weights.size());
  for (int32_t w = 0; w < n; w++) weights[w] = static_cast<double>(counts[w]);
  int32_t leaf = n - 1, inner = n;
  for (int32_t made = n; made <= root; made++) {
    double weight = 0;
    for (uint8_t bit = 0; bit < 2; bit++) {
      const bool take_leaf = leaf >= 0 && weights[leaf] <= weights[inner];
      const int32_t child = take_leaf ? leaf-- : inner++;
      parents[child] = made;
      bits[child] = bit;
      weight += weights[child];
    }
    weights[made] = weight;
  }
  // Parents are made after their children, so depths follow from the root downwards.
  std::vector<int32_t> depths(weights.size());
  for (int32_t x = root - 1; x >= 0; x--) depths[x] = depths[parents[x]] + 1;
  TreePaths paths;
  paths.offsets.resize(n + 1);
  for (int32_t w = 0; w < n; w++) paths.offsets[w + 1] = paths.offsets[w] + depths[w];
  paths.node_ids.resize(paths.offsets[n]);
  paths.codes.resize(paths.offsets[n]);
  for (int32_t w = 0; w < n; w++) {
    int64_t at = paths.offsets[w + 1];
    for (int32_t x = w; x != root; x = parents[x]) {
      paths.node_ids[--at] = parents[x] - n;
      paths.codes[at] = bits[x];
    }
  }
  return paths;
}

}  // namespace huffvec
