// Work on documents cut into parts for threads; the results put together in order.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <string_view>
#include <vector>

#include "base/job.hpp"
#include "features/bag_maker.hpp"

namespace huffvec {

// The last line need not end with a line feed.
inline size_t count_lines(std::string_view text) {
  const auto n = std::count(text.begin(), text.end(), '\n');
  return static_cast<size_t>(n) + (!text.empty() && text.back() != '\n');
}

// Cuts a text after line feeds into parts of about so many bytes, together all of it.
inline std::vector<std::string_view> cut_lines(std::string_view text, size_t part_bytes) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    size_t size = text.size();
    if (size > part_bytes) {
      const size_t line_end = text.find('\n', part_bytes - 1);
      if (line_end != std::string_view::npos) size = line_end + 1;
    }
    parts.push_back(text.substr(0, size));
    text.remove_prefix(size);
  }
  return parts;
}

// The documents of all parts as one; a part's memory goes when it is copied. bags_of(part) is the
// DocumentBags of a part.
template <class Part, class BagsOf>
DocumentBags join_bags(std::vector<Part>& parts, size_t n_threads, const BagsOf& bags_of) {
  if (parts.size() == 1) return std::move(bags_of(parts[0]));
  std::vector<size_t> first_document{0}, first_row{0};
  for (Part& part : parts) {
    first_document.push_back(first_document.back() + bags_of(part).offsets.size() - 1);
    first_row.push_back(first_row.back() + bags_of(part).row_ids.size());
  }
  DocumentBags joined;
  joined.offsets.resize(first_document.back() + 1);
  joined.row_ids.resize(first_row.back());
  joined.values.resize(first_row.back());
  share_work(parts.size(), n_threads, [&](size_t i) {
    DocumentBags part = std::move(bags_of(parts[i]));
    const auto first = static_cast<std::ptrdiff_t>(first_row[i]);
    for (size_t d = 1; d < part.offsets.size(); d++)
      joined.offsets[first_document[i] + d] = part.offsets[d] + first;
    std::copy(part.row_ids.begin(), part.row_ids.end(), joined.row_ids.begin() + first);
    std::copy(part.values.begin(), part.values.end(), joined.values.begin() + first);
  });
  return joined;
}

}  // namespace huffvec
