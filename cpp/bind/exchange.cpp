// What workers of a cluster, and the owners of rows, do with rows: see huffvec/cluster/rows.py.
// The rows are the same for any number of threads.
#include <nanobind/stl/pair.h>
#include <nanobind/stl/vector.h>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <utility>
#include <vector>

#include "base/job.hpp"
#include "bind/arrays.hpp"
#include "bind/engine.hpp"
#include "bind/half.hpp"
#include "engine/adaptive_sum.hpp"
#include "engine/aligned_row.hpp"

namespace huffvec {
namespace {

// Rows at any distance from each other.
using StridedTable = nb::ndarray<float, nb::ndim<2>, nb::device::cpu>;
using Ids = Array<int64_t>;
template <class T>  // float or Half
using Changes = nb::ndarray<const T, nb::ndim<2>, nb::c_contig, nb::device::cpu>;
template <class T>
using BlockChanges = std::pair<Ids, Changes<T>>;

struct Strided {
  explicit Strided(const StridedTable& table)
      : data(table.data()), n(table.shape(0)), dim(table.shape(1)), step(table.stride(0)) {
    require(dim == 0 || n == 0 || table.stride(1) == 1, "the numbers of a row must lie together");
  }
  float* operator[](int64_t row) const { return data + row * step; }

  float* data;
  size_t n, dim;
  int64_t step;
};

void check_ids(const Ids& ids, const Strided& table) {
  for (size_t i = 0; i < ids.shape(0); i++)
    require(ids.data()[i] >= 0 && static_cast<size_t>(ids.data()[i]) < table.n,
            "ids must be rows of the table");
}

void check_shapes(const Strided& one, const Strided& other) {
  require(one.n == other.n && one.dim == other.dim, "both tables must have the same shape");
}

template <class T>
void check_changes(const Ids& ids, const Changes<T>& changes, const Strided& table) {
  check_ids(ids, table);
  require(changes.shape(0) == ids.shape(0) && changes.shape(1) == table.dim,
          "every row needs its changes");
}

bool differ(const float* one, const float* other, size_t dim) {
  constexpr size_t kBlock = 16;  // compared at once
  for (size_t first = 0; first < dim; first += kBlock) {
    bool found = false;
    for (size_t d = first; d < std::min(first + kBlock, dim); d++) found |= one[d] != other[d];
    if (found) return true;
  }
  return false;
}

// Does work(first, last) for parts of 0 … n - 1, each in a thread.
template <class Work>
void in_threads(int64_t n, int n_threads, const Work& work) {
  constexpr int64_t kLeast = 256;  // fewer are not worth a thread
  const int64_t parts = std::clamp<int64_t>(n / kLeast, 1, std::max(1, n_threads));
  run_threads(parts, [&](size_t part) {
    const auto begin = [=](int64_t i) { return i * n / parts; };
    work(begin(part), begin(part + 1));
  });
}

std::vector<int64_t> changed_rows(const Strided& now, const Strided& before, int n_threads) {
  std::vector<uint8_t> is_changed(now.n);
  in_threads(now.n, n_threads, [&](int64_t first, int64_t last) {
    for (int64_t row = first; row < last; row++)
      is_changed[row] = differ(now[row], before[row], now.dim);
  });
  std::vector<int64_t> found;
  for (size_t row = 0; row < now.n; row++)
    if (is_changed[row]) found.push_back(row);
  return found;
}

inline void round_to(float x, float& to) { to = x; }
inline void round_to(float x, Half& to) { to = to_half(x); }

// A NumPy array (n, dim) of values in rows.
template <class T>
nb::object to_table(std::unique_ptr<T[]> values, size_t n, size_t dim) {
  nb::capsule owner(values.get(), [](void* data) noexcept { delete[] static_cast<T*>(data); });
  return nb::cast(nb::ndarray<nb::numpy, T>(values.release(), {n, dim}, owner));
}

template <class T>
nb::object changes_of(const Strided& now, const Strided& before, const std::vector<int64_t>& ids,
                      int n_threads) {
  auto values = std::make_unique_for_overwrite<T[]>(ids.size() * now.dim);
  {
    nb::gil_scoped_release release;
    in_threads(ids.size(), n_threads, [&](int64_t first, int64_t last) {
      for (int64_t i = first; i < last; i++) {
        const float *const one = now[ids[i]], *const other = before[ids[i]];
        T* const to = values.get() + i * now.dim;
        for (size_t d = 0; d < now.dim; d++) round_to(one[d] - other[d], to[d]);
      }
    });
  }
  return to_table(std::move(values), ids.size(), now.dim);
}

auto changes(const StridedTable& now_rows, const StridedTable& rows_before, bool half,
             int n_threads) {
  const Strided now(now_rows), before(rows_before);
  check_shapes(now, before);
  std::vector<int64_t> found;
  {
    nb::gil_scoped_release release;
    found = changed_rows(now, before, n_threads);
  }
  nb::object values = half ? changes_of<Half>(now, before, found, n_threads)
                           : changes_of<float>(now, before, found, n_threads);
  return std::pair(to_numpy(std::move(found)), std::move(values));
}

// The changes of several blocks, row by row from an id on.
template <class T>
class Merging {
 public:
  Merging(const std::vector<BlockChanges<T>>& blocks, int64_t first, size_t dim)
      : dim_(dim), stride_(static_cast<int>((dim + 15) / 16 * 16)), rows_(blocks.size()) {
    for (const auto& [ids, values] : blocks) {
      const int64_t *const begin = ids.data(), *const end = begin + ids.shape(0);
      const int64_t* const id = std::lower_bound(begin, end, first);
      blocks_.push_back({id, end, values.data() + (id - begin) * dim, AlignedRow(stride_)});
    }
  }

  // Of ids that rise.
  void merge(int64_t id, T* to) {
    for (size_t k = 0; k < blocks_.size(); k++) rows_[k] = blocks_[k].take(id, dim_);
    const float* const merged = adaptive_sum(rows_.data(), static_cast<int>(rows_.size()), stride_);
    for (size_t d = 0; d < dim_; d++) round_to(merged[d], to[d]);
  }

 private:
  struct Block {
    // Null if the block does not have the row.
    float* take(int64_t wanted, size_t dim) {
      if (id == end || *id != wanted) return nullptr;
      for (size_t d = 0; d < dim; d++) row.data()[d] = to_float(values[d]);
      id++;
      values += dim;
      return row.data();
    }

    const int64_t *id, *end;
    const T* values;
    AlignedRow row;  // zeros behind dim
  };

  size_t dim_;
  int stride_;
  std::vector<Block> blocks_;
  std::vector<float*> rows_;
};

template <class T>
void check_blocks(const std::vector<BlockChanges<T>>& blocks) {
  require(!blocks.empty(), "there must be changes to merge");
  for (const auto& [ids, values] : blocks) {
    require(values.shape(0) == ids.shape(0) && values.shape(1) == blocks[0].second.shape(1),
            "every row needs its changes");
    require(std::is_sorted(ids.data(), ids.data() + ids.shape(0)), "ids must rise");
  }
}

// All ids that a block has.
template <class T>
std::vector<int64_t> ids_of(const std::vector<BlockChanges<T>>& blocks) {
  std::vector<int64_t> found, before;
  for (const auto& [ids, _] : blocks) {
    before.swap(found);
    found.clear();
    std::set_union(before.begin(), before.end(), ids.data(), ids.data() + ids.shape(0),
                   std::back_inserter(found));
  }
  return found;
}

template <class T>
auto merge_changes(const std::vector<BlockChanges<T>>& blocks, int n_threads) {
  check_blocks<T>(blocks);
  const size_t dim = blocks[0].second.shape(1);
  std::vector<int64_t> ids;
  std::unique_ptr<T[]> values;
  {
    nb::gil_scoped_release release;
    ids = ids_of<T>(blocks);
    values = std::make_unique_for_overwrite<T[]>(ids.size() * dim);
    in_threads(ids.size(), n_threads, [&](int64_t first, int64_t last) {
      if (first == last) return;
      Merging<T> merging(blocks, ids[first], dim);
      for (int64_t i = first; i < last; i++) merging.merge(ids[i], values.get() + i * dim);
    });
  }
  nb::object table = to_table(std::move(values), ids.size(), dim);
  return std::pair(to_numpy(std::move(ids)), std::move(table));
}

template <class T>
void add_rows(const StridedTable& rows, const Ids& ids, const Changes<T>& changes, int n_threads) {
  const Strided table(rows);
  check_changes(ids, changes, table);
  nb::gil_scoped_release release;
  in_threads(ids.shape(0), n_threads, [&](int64_t first, int64_t last) {
    for (int64_t i = first; i < last; i++) {
      float* const row = table[ids.data()[i]];
      const T* const change = changes.data() + i * table.dim;
      for (size_t d = 0; d < table.dim; d++) row[d] += to_float(change[d]);
    }
  });
}

void copy_rows(const StridedTable& table, const Ids& ids, const StridedTable& from_rows,
               int n_threads) {
  const Strided to(table), from(from_rows);
  check_shapes(to, from);
  check_ids(ids, to);
  nb::gil_scoped_release release;
  in_threads(ids.shape(0), n_threads, [&](int64_t first, int64_t last) {
    for (int64_t i = first; i < last; i++)
      std::copy_n(from[ids.data()[i]], from.dim, to[ids.data()[i]]);
  });
}

template <class T>
void bind_changes(nb::module_& m) {
  m.def("merge_changes", &merge_changes<T>, "blocks"_a, "n_threads"_a = 1);
  m.def("add_rows", &add_rows<T>, "table"_a, "ids"_a, "changes"_a, "n_threads"_a = 1);
}

}  // namespace

void bind_exchange(nb::module_& m) {
  m.def("changes", &changes, "now"_a, "before"_a, "half"_a = false, "n_threads"_a = 1);
  m.def("copy_rows", &copy_rows, "table"_a, "ids"_a, "source"_a, "n_threads"_a = 1);
  bind_changes<float>(m);
  bind_changes<Half>(m);
}

}  // namespace huffvec
