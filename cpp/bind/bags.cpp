// Weights and sums of bags of features in the Python module huffvec._text.
#include <nanobind/stl/optional.h>

#include <optional>

#include "bind/text.hpp"
#include "features/bag_maker.hpp"
#include "features/parts.hpp"
#include "features/sums.hpp"

namespace huffvec {
namespace {

using Offsets = Array<int64_t>;
using RowIds = Array<int32_t>;
using Values = nb::ndarray<float, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
using Sums = nb::ndarray<float, nb::ndim<2>, nb::c_contig, nb::device::cpu>;

void check_row_ids(const RowIds& row_ids, int64_t n_rows) {
  int32_t least = 0, most = -1;
  for (size_t k = 0; k < row_ids.size(); k++) {
    least = std::min(least, row_ids.data()[k]);
    most = std::max(most, row_ids.data()[k]);
  }
  require(least == 0 && most < n_rows, "a row is not in the table");
}

// Returns how many bags there are.
size_t check_offsets(const Offsets& offsets, const RowIds& row_ids, size_t n_values) {
  require(offsets.size() > 0 && row_ids.size() == n_values, "as many row ids as values are due");
  const size_t n = offsets.size() - 1;
  bool rising = offsets.data()[0] == 0 && offsets.data()[n] == static_cast<int64_t>(n_values);
  for (size_t i = 0; i < n; i++) rising &= offsets.data()[i] <= offsets.data()[i + 1];
  require(rising, "offsets must rise from 0 to the number of values");
  return n;
}

// Calls work(first, last) for ranges that cover all bags.
template <class Work>
void share_bags(size_t n, size_t n_threads, const Work& work) {
  constexpr size_t kPart = 256;
  share_work((n + kPart - 1) / kPart, n_threads,
             [&](size_t part) { work(part * kPart, std::min(n, (part + 1) * kPart)); });
}

void sum_rows(const ConstTable& table, const Offsets& offsets, const RowIds& row_ids,
              const Array<float>& values, const Sums& sums, size_t n_threads) {
  require(table.shape(1) == sums.shape(1) && (table.stride(1) == 1 || table.shape(1) <= 1),
          "rows and sums must be of one length, and the numbers of a row side by side");
  const ConstRows rows{table.data(), static_cast<int64_t>(table.shape(0)), table.stride(0),
                       static_cast<int>(table.shape(1))};
  const size_t n = check_offsets(offsets, row_ids, values.size());
  check_row_ids(row_ids, rows.n_rows);
  require(sums.shape(0) == n, "a sum for each bag is due");
  const SumOfRows sum_of_rows = sum_of_rows_here();
  share_bags(n, n_threads, [&](size_t first, size_t last) {
    for (size_t i = first; i < last; i++) {
      const auto begin = static_cast<size_t>(offsets.data()[i]);
      const size_t size = static_cast<size_t>(offsets.data()[i + 1]) - begin;
      sum_of_rows(rows, {{row_ids.data() + begin, size}, {values.data() + begin, size}}, 1,
                  sums.data() + i * static_cast<size_t>(rows.dim));
    }
  });
}

void weigh_bags(const Offsets& offsets, const RowIds& row_ids, const Values& values,
                const std::optional<Array<float>>& idf, size_t n_threads) {
  const size_t n = check_offsets(offsets, row_ids, values.size());
  if (idf) check_row_ids(row_ids, static_cast<int64_t>(idf->size()));
  const float* const weights = idf ? idf->data() : nullptr;
  share_bags(n, n_threads, [&](size_t first, size_t last) {
    for (size_t i = first; i < last; i++) {
      const auto begin = static_cast<size_t>(offsets.data()[i]);
      const size_t size = static_cast<size_t>(offsets.data()[i + 1]) - begin;
      weigh({row_ids.data() + begin, size}, {values.data() + begin, size}, weights);
    }
  });
}

auto document_counts(const RowIds& row_ids, int32_t n_rows) {
  std::vector<int64_t> counts(static_cast<size_t>(n_rows));
  {
    const nb::gil_scoped_release release;
    check_row_ids(row_ids, n_rows);
    for (size_t k = 0; k < row_ids.size(); k++) ++counts[static_cast<size_t>(row_ids.data()[k])];
  }
  return to_numpy(std::move(counts));
}

}  // namespace

void bind_bags(nb::module_& m) {
  const auto without_gil = nb::call_guard<nb::gil_scoped_release>();
  m.def("sum_rows", &sum_rows, "table"_a, "offsets"_a, "row_ids"_a, "values"_a, "sums"_a,
        "n_threads"_a, without_gil);
  m.def("weigh_bags", &weigh_bags, "offsets"_a, "row_ids"_a, "values"_a, "idf"_a.none(),
        "n_threads"_a, without_gil);
  m.def("document_counts", &document_counts, "row_ids"_a, "n_rows"_a);
}

}  // namespace huffvec
