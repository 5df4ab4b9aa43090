// The Python module huffvec._subwords: see src/huffvec/_subwords.pyi for its types.
#include "text/subwords.hpp"

#include <utility>

#include "bind/arrays.hpp"

namespace huffvec {
namespace {

using Means = nb::ndarray<float, nb::ndim<2>, nb::c_contig, nb::device::cpu>;

nb::tuple bags(const Array<uint8_t>& words, const Array<int32_t>& own_rows, int32_t first_bucket,
               int min_n, int max_n, int64_t n_buckets, int n_hashes, bool hash_words) {
  require(1 <= min_n && min_n <= max_n && 1 <= n_hashes && n_hashes <= 4 && first_bucket >= 0 &&
              n_buckets >= 1 && first_bucket + n_buckets <= INT32_MAX,
          "the options of subwords do not fit together");
  const SubwordRules rules{min_n, max_n, static_cast<uint32_t>(n_buckets), n_hashes, hash_words};
  Bags made;
  {
    nb::gil_scoped_release release;
    const std::vector<int32_t> rows(own_rows.data(), own_rows.data() + own_rows.shape(0));
    const std::string_view text(reinterpret_cast<const char*>(words.data()), words.shape(0));
    made = make_bags(text, rows, first_bucket, rules);
  }
  return nb::make_tuple(to_numpy(std::move(made.offsets)), to_numpy(std::move(made.row_ids)));
}

void mean_of_rows(const ConstTable& table, const Array<int64_t>& offsets,
                  const Array<int32_t>& row_ids, const Means& means) {
  const size_t n = means.shape(0);
  require(table.shape(1) == means.shape(1) && (table.stride(1) == 1 || table.shape(1) <= 1),
          "rows and means must be of one length, and the numbers of a row side by side");
  require(offsets.shape(0) == n + 1 && offsets.data()[0] >= 0 &&
              offsets.data()[n] <= static_cast<int64_t>(row_ids.shape(0)),
          "offsets must be one more than means and end within row_ids");
  const ConstRows rows{table.data(), static_cast<int64_t>(table.shape(0)), table.stride(0),
                       static_cast<int>(table.shape(1))};
  for (size_t w = 0; w < n; w++)
    require(offsets.data()[w] <= offsets.data()[w + 1], "offsets must not fall");
  for (int64_t k = offsets.data()[0]; k < offsets.data()[n]; k++)
    require(row_ids.data()[k] >= 0 && row_ids.data()[k] < rows.n_rows, "a row is not in the table");
  nb::gil_scoped_release release;
  mean_rows(rows, offsets.data(), row_ids.data(), n, means.data());
}

}  // namespace
}  // namespace huffvec

NB_MODULE(_subwords, m) {
  m.doc() = "Rows of words and their character n-grams, and the means of such rows.";
  m.def("bags", &huffvec::bags, "words"_a, "own_rows"_a, "first_bucket"_a, nb::kw_only(), "min_n"_a,
        "max_n"_a, "n_buckets"_a, "n_hashes"_a, "hash_words"_a);
  m.def("mean_of_rows", &huffvec::mean_of_rows, "table"_a, "offsets"_a, "row_ids"_a, "means"_a);
}
