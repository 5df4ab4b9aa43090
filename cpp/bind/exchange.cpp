// What workers of a cluster, and the owners of rows, do with rows while others may train them: see
// huffvec/cluster/rows.py.
//
// Rows are changed one by one, so that what a thread trains at the same time is lost as seldom as
// among the threads of one machine.
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

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

HUFFVEC_HOGWILD bool differ(const float* one, const float* other, size_t dim) {
  constexpr size_t kBlock = 16;  // compared at once
  for (size_t first = 0; first < dim; first += kBlock) {
    bool found = false;
    for (size_t d = first; d < std::min(first + kBlock, dim); d++) found |= one[d] != other[d];
    if (found) return true;
  }
  return false;
}

// Whether a row has moved further than what rounding to float16 may have left of its last change.
HUFFVEC_HOGWILD bool has_moved(const float* now, const float* before, size_t dim) {
  constexpr float kShare = 0x1p-11f;
  float moved = 0, length = 0;
  for (size_t d = 0; d < dim; d++) {
    const float change = now[d] - before[d];
    moved += change * change;
    length += now[d] * now[d];
  }
  return moved > kShare * kShare * length;
}

std::vector<int64_t> changed_rows(const Strided& now, const Strided& before,
                                  const std::optional<Ids>& ids, bool half) {
  std::vector<int64_t> found;
  const size_t n = ids ? ids->shape(0) : now.n;
  for (size_t i = 0; i < n; i++) {
    const int64_t row = ids ? ids->data()[i] : static_cast<int64_t>(i);
    const float *const one = now[row], *const other = before[row];
    if (differ(one, other, now.dim) && (!half || has_moved(one, other, now.dim)))
      found.push_back(row);
  }
  return found;
}

inline void round_to(float x, float& to) { to = x; }
inline void round_to(float x, Half& to) { to = to_half(x); }

template <class T>
HUFFVEC_HOGWILD void subtract(const float* now, const float* before, size_t dim, T* to) {
  for (size_t d = 0; d < dim; d++) round_to(now[d] - before[d], to[d]);
}

template <class T>
nb::object changes_of(const Strided& now, const Strided& before, const std::vector<int64_t>& ids) {
  auto values = std::make_unique_for_overwrite<T[]>(ids.size() * now.dim);
  {
    nb::gil_scoped_release release;
    for (size_t i = 0; i < ids.size(); i++)
      subtract(now[ids[i]], before[ids[i]], now.dim, values.get() + i * now.dim);
  }
  nb::capsule owner(values.get(), [](void* data) noexcept { delete[] static_cast<T*>(data); });
  return nb::cast(nb::ndarray<nb::numpy, T>(values.release(), {ids.size(), now.dim}, owner));
}

auto changes(const StridedTable& now_rows, const StridedTable& rows_before,
             const std::optional<Ids>& ids, bool half) {
  const Strided now(now_rows), before(rows_before);
  check_shapes(now, before);
  if (ids) check_ids(*ids, now);
  std::vector<int64_t> found;
  {
    nb::gil_scoped_release release;
    found = changed_rows(now, before, ids, half);
  }
  nb::object values =
      half ? changes_of<Half>(now, before, found) : changes_of<float>(now, before, found);
  return std::pair(to_numpy(std::move(found)), std::move(values));
}

// base + (changes ⊕ (master - base)), row by row.
template <class T>
void merge_rows(const StridedTable& master_rows, const StridedTable& base_rows, const Ids& ids,
                const Changes<T>& changes) {
  const Strided master(master_rows), base(base_rows);
  check_shapes(master, base);
  check_changes(ids, changes, master);
  nb::gil_scoped_release release;
  const size_t dim = master.dim;
  const int stride = static_cast<int>((dim + 15) / 16 * 16);  // zeros behind dim
  AlignedRow own(stride), others(stride);
  for (size_t i = 0; i < ids.shape(0); i++) {
    float* const row = master[ids.data()[i]];
    const float* const before = base[ids.data()[i]];
    const T* const change = changes.data() + i * dim;
    for (size_t d = 0; d < dim; d++) own.data()[d] = to_float(change[d]);
    subtract(row, before, dim, others.data());
    adaptive_sum(own.data(), others.data(), stride);
    for (size_t d = 0; d < dim; d++) row[d] = before[d] + own.data()[d];
  }
}

template <class T>
void add_rows(const StridedTable& rows, const Ids& ids, const Changes<T>& changes) {
  const Strided table(rows);
  check_changes(ids, changes, table);
  nb::gil_scoped_release release;
  for (size_t i = 0; i < ids.shape(0); i++) {
    float* const row = table[ids.data()[i]];
    const T* const change = changes.data() + i * table.dim;
    for (size_t d = 0; d < table.dim; d++) row[d] += to_float(change[d]);
  }
}

// Adds changes, and takes away own ones; a row that moves nowhere is not written.
template <class T>
HUFFVEC_HOGWILD void replace(float* row, const T* added, const T* taken, size_t dim, float* moves) {
  bool moved = false;
  for (size_t d = 0; d < dim; d++) {
    moves[d] = (added ? to_float(added[d]) : 0.0f) - (taken ? to_float(taken[d]) : 0.0f);
    moved |= moves[d] != 0;
  }
  if (!moved) return;
  for (size_t d = 0; d < dim; d++) row[d] += moves[d];
}

template <class T>
void replace_changes(const StridedTable& rows, const Ids& own_ids, const Changes<T>& own,
                     const Ids& ids, const Changes<T>& changes) {
  const Strided table(rows);
  check_changes(own_ids, own, table);
  check_changes(ids, changes, table);
  nb::gil_scoped_release release;
  const size_t dim = table.dim;
  std::vector<float> moves(dim);
  const int64_t* const end = ids.data() + ids.shape(0);
  const int64_t* const own_end = own_ids.data() + own_ids.shape(0);
  for (const int64_t *id = ids.data(), *own_id = own_ids.data(); id < end || own_id < own_end;) {
    const int64_t row =
        std::min(id < end ? *id : INT64_MAX, own_id < own_end ? *own_id : INT64_MAX);
    const T* added = nullptr;
    const T* taken = nullptr;
    if (id < end && *id == row) added = changes.data() + (id++ - ids.data()) * dim;
    if (own_id < own_end && *own_id == row) taken = own.data() + (own_id++ - own_ids.data()) * dim;
    replace(table[row], added, taken, dim, moves.data());
  }
}

template <class T>
void bind_changes(nb::module_& m) {
  m.def("merge_rows", &merge_rows<T>, "master"_a, "base"_a, "ids"_a, "changes"_a);
  m.def("add_rows", &add_rows<T>, "table"_a, "ids"_a, "changes"_a);
  m.def("replace_changes", &replace_changes<T>, "table"_a, "own_ids"_a, "own"_a, "ids"_a,
        "changes"_a);
}

}  // namespace

void bind_exchange(nb::module_& m) {
  m.def("changes", &changes, "now"_a, "before"_a, "ids"_a = nb::none(), "half"_a = false);
  bind_changes<float>(m);
  bind_changes<Half>(m);
}

}  // namespace huffvec
