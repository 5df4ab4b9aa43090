// What workers of a cluster do with rows while others may train them: see huffvec/cluster/rows.py.
//
// Rows are changed one by one, so that what a thread trains at the same time is lost as seldom as
// among the threads of one machine.
#include <nanobind/stl/optional.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "bind/arrays.hpp"
#include "bind/engine.hpp"

namespace huffvec {
namespace {

// Rows at any distance from each other.
using StridedTable = nb::ndarray<float, nb::ndim<2>, nb::device::cpu>;
using Ids = Array<int64_t>;

struct Strided {
  explicit Strided(const StridedTable& table)
      : data(table.data()), n(table.shape(0)), dim(table.shape(1)), step(table.stride(0)) {
    require(dim == 0 || n == 0 || table.stride(1) == 1, "the numbers of a row must lie together");
  }
  float* operator[](size_t row) const { return data + static_cast<int64_t>(row) * step; }

  float* data;
  size_t n, dim;
  int64_t step;
};

void check_ids(const Ids& ids, const Strided& table) {
  for (size_t i = 0; i < ids.shape(0); i++)
    require(ids.data()[i] >= 0 && static_cast<size_t>(ids.data()[i]) < table.n,
            "ids must be rows of the table");
}

bool has_changed(const float* now, const float* before, size_t dim, float share) {
  float moved = 0, length = 0;
  for (size_t d = 0; d < dim; d++) {
    const float change = now[d] - before[d];
    moved += change * change;
    length += before[d] * before[d];
  }
  return moved > share * share * length;
}

auto changed_rows(const StridedTable& now_rows, const StridedTable& rows_before, float tolerance,
                  const std::optional<Ids>& ids) {
  const Strided now(now_rows), before(rows_before);
  require(now.n == before.n && now.dim == before.dim, "both tables must have the same shape");
  if (ids) check_ids(*ids, now);
  std::vector<int64_t> found;
  {
    nb::gil_scoped_release release;
    const size_t n = ids ? ids->shape(0) : now.n;
    for (size_t i = 0; i < n; i++) {
      const size_t row = ids ? static_cast<size_t>(ids->data()[i]) : i;
      if (has_changed(now[row], before[row], now.dim, tolerance))
        found.push_back(static_cast<int64_t>(row));
    }
  }
  return to_numpy(std::move(found));
}

void add_rows(const StridedTable& rows, const Ids& ids, const ConstTable& changes) {
  const Strided table(rows);
  check_ids(ids, table);
  require(changes.shape(0) == ids.shape(0) && changes.shape(1) == table.dim &&
              (changes.shape(0) == 0 || changes.stride(1) == 1),
          "every row needs its changes");
  nb::gil_scoped_release release;
  for (size_t i = 0; i < ids.shape(0); i++) {
    float* const row = table[static_cast<size_t>(ids.data()[i])];
    const float* const change = changes.data() + static_cast<int64_t>(i) * changes.stride(0);
    if (std::all_of(change, change + table.dim, [](float value) { return value == 0; })) continue;
    for (size_t d = 0; d < table.dim; d++) row[d] += change[d];
  }
}

}  // namespace

void bind_exchange(nb::module_& m) {
  m.def("changed_rows", &changed_rows, "now"_a, "before"_a, "tolerance"_a, "ids"_a = nb::none());
  m.def("add_rows", &add_rows, "table"_a, "ids"_a, "changes"_a);
}

}  // namespace huffvec
