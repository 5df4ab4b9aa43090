// Features of documents in the Python module huffvec._text.
#include <nanobind/stl/optional.h>

#include <optional>
#include <string_view>

#include "bind/text.hpp"
#include "features/document_builder.hpp"
#include "features/line_encoder.hpp"
#include "features/parts.hpp"

namespace huffvec {
namespace {

using BucketRows = std::optional<Array<int32_t>>;
using Idf = std::optional<Array<float>>;

std::string_view to_view(const nb::bytes& bytes) { return {bytes.c_str(), bytes.size()}; }

std::string_view to_view(const Bytes& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

nb::bytes to_bytes(const std::string& text) { return nb::bytes(text.data(), text.size()); }

nb::tuple to_tuple(DocumentBags&& bags) {
  return nb::make_tuple(to_numpy(std::move(bags.offsets)), to_numpy(std::move(bags.row_ids)),
                        to_numpy(std::move(bags.values)));
}

// What features there are, with the array that says where they are.
struct OwnedRows {
  OwnedRows(FeatureRules rules, int32_t n_words, int32_t n_rows, BucketRows of_buckets)
      : rules(rules),
        n_rows(n_rows),
        kept(std::move(of_buckets)),
        has_row(kept ? rules.chars.n_buckets / 64 + 1 : 0),
        first_rows(has_row.size()),
        rows{n_words} {
    require(1 <= rules.word_ngrams && 0 <= rules.chars.min_n && 0 <= rules.chars.max_n,
            "the options of features do not fit together");
    require(0 <= n_words && n_words <= n_rows, "more words than rows");
    const bool has_ngrams = rules.word_ngrams > 1 || rules.chars.max_n > 0;
    const int64_t n_buckets = has_ngrams ? rules.chars.n_buckets : 0;
    if (kept)
      set_buckets(*kept);
    else
      require(n_rows == n_words + n_buckets, "all buckets have rows");
  }

  const FeatureRules rules;
  const int32_t n_rows;
  const BucketRows kept;
  std::vector<uint64_t> has_row;
  std::vector<int32_t> first_rows;
  FeatureRows rows;

 private:
  void set_buckets(const Array<int32_t>& row_of) {
    require(row_of.size() == rules.chars.n_buckets, "a row for each bucket is due");
    int32_t least = -1, most = -1, next = rows.n_words;
    bool in_order = true;
    for (size_t b = 0; b < row_of.size(); b++) {
      const int32_t row = row_of.data()[b];
      least = std::min(least, row);
      most = std::max(most, row);
      if (b % 64 == 0) first_rows[b / 64] = next;
      if (row < 0) continue;
      has_row[b / 64] |= uint64_t{1} << b % 64;
      in_order &= row == next++;
    }
    require(least == -1 && most < n_rows, "a bucket has a row that there is not");
    rows.bucket_rows = row_of.data();
    rows.has_row = has_row.data();
    if (in_order) rows.first_rows = first_rows.data();
  }
};

// Ids of words that are known.
struct WordIds {
  explicit WordIds(Bytes bytes) : joined(std::move(bytes)) { add_vocabulary(to_view(joined), ids); }
  WordIds(const WordIds&) = delete;
  WordIds& operator=(const WordIds&) = delete;
  const Bytes joined;
  WordTable ids;
};

// An encoder and the arrays that it reads.
struct OwningEncoder {
  OwningEncoder(Bytes bytes, const OwnedRows& rows, Idf weights, std::string_view end_token)
      : n_rows(rows.n_rows),
        words(std::move(bytes)),
        idf(std::move(weights)),
        encoder(to_view(words),
                {rows.rules, rows.rows, idf ? idf->data() : nullptr, std::string(end_token)}) {
    require(!idf || static_cast<int32_t>(idf->size()) == rows.n_rows, "a weight a row is due");
  }
  OwningEncoder(const OwningEncoder&) = delete;
  OwningEncoder& operator=(const OwningEncoder&) = delete;

  nb::tuple encode(const nb::bytes& lines, size_t n_threads, const nb::bytes& prefix,
                   const WordIds* labels) const {
    const WordTable none;
    EncodedLines encoded;
    {
      const std::string_view text = to_view(lines), start = to_view(prefix);
      const nb::gil_scoped_release release;
      encoded = encoder.encode(text, start, labels == nullptr ? none : labels->ids, n_threads);
    }
    return nb::make_tuple(to_tuple(std::move(encoded.bags)),
                          to_numpy(std::move(encoded.label_offsets)),
                          to_numpy(std::move(encoded.label_ids)));
  }

  nb::tuple sum(const nb::bytes& lines, const ConstTable& table, size_t n_threads) const {
    require(static_cast<int64_t>(table.shape(0)) >= n_rows, "a feature has no row in the table");
    require(table.stride(1) == 1 || table.shape(1) <= 1,
            "the numbers of a row must stand side by side");
    const ConstRows rows{table.data(), static_cast<int64_t>(table.shape(0)), table.stride(0),
                         static_cast<int>(table.shape(1))};
    const std::string_view text = to_view(lines);
    const size_t n = count_lines(text);
    std::vector<float> sums(n * table.shape(1));
    const auto is_empty = std::make_unique<bool[]>(n);
    {
      const nb::gil_scoped_release release;
      encoder.sum(text, rows, sums.data(), is_empty.get(), n_threads);
    }
    return nb::make_tuple(to_numpy(std::move(sums)), to_numpy(is_empty.get(), n));
  }

  const int32_t n_rows;
  const Bytes words;
  const Idf idf;
  const LineEncoder encoder;
};

void bind_encoder(nb::module_& m) {
  nb::class_<OwnedRows>(m, "FeatureRows")
      .def(
          "__init__",
          [](OwnedRows* self, int32_t n_words, int32_t n_rows, BucketRows bucket_rows,
             int word_ngrams, int min_chars, int max_chars, uint32_t buckets) {
            const FeatureRules rules{word_ngrams, {min_chars, max_chars, buckets, 1, false}};
            new (self) OwnedRows(rules, n_words, n_rows, std::move(bucket_rows));
          },
          nb::kw_only(), "n_words"_a, "n_rows"_a, "bucket_rows"_a.none(), "word_ngrams"_a,
          "min_chars"_a, "max_chars"_a, "buckets"_a);
  nb::class_<WordIds>(m, "WordIds").def(nb::init<Bytes>(), "words"_a);
  nb::class_<OwningEncoder>(m, "LineEncoder")
      .def(
          "__init__",
          [](OwningEncoder* self, Bytes words, const OwnedRows& rows, Idf idf,
             const nb::bytes& end_token) {
            new (self) OwningEncoder(std::move(words), rows, std::move(idf), to_view(end_token));
          },
          "words"_a, "rows"_a, "idf"_a.none(), "end_token"_a, nb::keep_alive<1, 3>())
      .def("sum", &OwningEncoder::sum, "lines"_a, "table"_a, "n_threads"_a)
      .def("encode", &OwningEncoder::encode, "lines"_a, "n_threads"_a, "prefix"_a,
           "labels"_a.none());
}

void bind_documents(nb::class_<DocumentBuilder>& builder) {
  using Self = DocumentBuilder;
  builder.def("words", [](const Self& self) { return to_bytes(self.words().words); })
      .def("counts", [](const Self& self) { return to_numpy(self.words().counts); })
      .def("labels", [](const Self& self) { return to_bytes(self.labels().words); })
      .def("label_counts", [](const Self& self) { return to_numpy(self.labels().counts); })
      .def("label_offsets", [](const Self& self) { return to_numpy(self.label_offsets()); })
      .def("label_ids", [](const Self& self) { return to_numpy(self.label_ids()); })
      .def(
          "bucket_counts",
          [](const Self& self, const OwnedRows& rows, uint32_t enough, size_t n_threads) {
            std::vector<uint32_t> counts;
            {
              const nb::gil_scoped_release release;
              counts = self.bucket_counts(rows.rules, enough, n_threads);
            }
            return to_numpy(std::move(counts));
          },
          "rows"_a, "enough"_a, "n_threads"_a)
      .def(
          "bags",
          [](const Self& self, const OwnedRows& rows, size_t n_threads) {
            DocumentBags bags;
            {
              const nb::gil_scoped_release release;
              bags = self.bags(rows.rules, rows.rows, n_threads);
            }
            return to_tuple(std::move(bags));
          },
          "rows"_a, "n_threads"_a);
}

void bind_document_builder(nb::module_& m) {
  nb::class_<DocumentBuilder> builder(m, "DocumentBuilder");
  builder
      .def(
          "__init__",
          [](DocumentBuilder* self, const nb::bytes& prefix, const nb::bytes& end_token) {
            new (self)
                DocumentBuilder({std::string(to_view(prefix)), std::string(to_view(end_token))});
          },
          nb::kw_only(), "prefix"_a, "end_token"_a)
      .def(
          "add_text",
          [](DocumentBuilder& self, size_t number, const nb::bytes& text) {
            const std::string_view view = to_view(text);
            const nb::gil_scoped_release release;
            self.add_text(number, view);
          },
          "number"_a, "text"_a)
      .def("finish", &DocumentBuilder::finish, "n_threads"_a,
           nb::call_guard<nb::gil_scoped_release>());
  bind_documents(builder);
}

}  // namespace

void bind_features(nb::module_& m) {
  bind_encoder(m);
  bind_document_builder(m);
}

}  // namespace huffvec
