#include "features/line_encoder.hpp"

#include <algorithm>

#include "features/counted_rows.hpp"
#include "features/parts.hpp"
#include "features/sorted_rows.hpp"
#include "text/tokens.hpp"
#include "text/vocabulary.hpp"

namespace huffvec {

// Keeps documents and their labels.
class LineEncoder::EncodedSink {
 public:
  using Maker = BagMaker<SortedRows>;

  EncodedSink(const Options& options, const WordTable& labels, EncodedLines& result)
      : options_(options), labels_(labels), result_(result) {}

  Maker maker() const { return {options_.rules, options_.rows}; }

  void add_label(const Token& token) {
    const uint32_t found = labels_.find(token);
    const int32_t id = found == WordTable::kMissing ? -1 : static_cast<int32_t>(found);
    const auto first = result_.label_ids.begin() + result_.label_offsets.back();
    if (id < 0 || std::find(first, result_.label_ids.end(), id) == result_.label_ids.end()) {
      result_.label_ids.push_back(id);
    }
  }

  void end_line(Maker& maker) {
    DocumentBags& bags = result_.bags;
    maker.finish([&](int32_t row, size_t count) {
      bags.row_ids.push_back(row);
      bags.values.push_back(static_cast<float>(count));
    });
    const auto first = static_cast<size_t>(bags.offsets.back());
    weigh(std::span(bags.row_ids).subspan(first), std::span(bags.values).subspan(first),
          options_.idf);
    bags.offsets.push_back(static_cast<int64_t>(bags.row_ids.size()));
    result_.label_offsets.push_back(static_cast<int64_t>(result_.label_ids.size()));
  }

 private:
  const Options& options_;
  const WordTable& labels_;
  EncodedLines& result_;
};

// Keeps the sums of the documents' rows only.
class LineEncoder::SumSink {
 private:
  static constexpr size_t kFetchedBytes = size_t{1} << 17;

  // Begins to bring what belongs to rows into the cache, as many as it can hold till the end of the
  // line.
  struct Fetch {
    const float* idf;
    ConstRows table;
    size_t n_most;
    void operator()(int32_t row, size_t n_before) const {
      if (idf != nullptr) __builtin_prefetch(idf + row);
      if (n_before < n_most) table.fetch(row);
    }
  };

 public:
  using Maker = BagMaker<CountedRows<Fetch>>;

  SumSink(const Options& options, const ConstRows& table, float* sums, bool* is_empty)
      : options_(options),
        table_(table),
        sum_of_rows_(sum_of_rows_here()),
        n_fetched_(kFetchedBytes / sizeof(float) / static_cast<size_t>(std::max(table.dim, 1))),
        sums_(sums),
        is_empty_(is_empty) {}

  Maker maker() const {
    return {options_.rules, options_.rows, CountedRows<Fetch>({options_.idf, table_, n_fetched_})};
  }

  void add_label(const Token&) {}

  void end_line(Maker& maker) {
    row_ids_.clear();
    values_.clear();
    maker.finish([&](int32_t row, size_t count) {
      row_ids_.push_back(row);
      values_.push_back(static_cast<float>(count));
    });
    const float scale = weigh_unscaled(row_ids_, values_, options_.idf);
    sum_of_rows_(table_, {row_ids_, values_, n_fetched_}, scale, sums_);
    sums_ += table_.dim;
    *is_empty_++ = row_ids_.empty();
  }

 private:
  const Options& options_;
  const ConstRows& table_;
  const SumOfRows sum_of_rows_;
  const size_t n_fetched_;
  float* sums_;
  bool* is_empty_;
  std::vector<int32_t> row_ids_;
  std::vector<float> values_;
};

// Encodes the lines of a part of a text.
template <class Sink>
class LineEncoder::Reader {
 public:
  Reader(const LineEncoder& encoder, std::string_view prefix, Sink sink)
      : encoder_(encoder),
        prefix_(prefix),
        sink_(std::move(sink)),
        maker_(sink_.maker()),
        end_token_(make_token(encoder.options_.end_token)) {}

  void read(std::string_view text) {
    const char* const end = text.data() + text.size();
    const bool ends_line = !text.empty() && text.back() != '\n';
    scan_text(text.data(), end, end, ends_line,
              [&](std::span<const Token> tokens) { read(tokens); });
  }

 private:
  // Step by step for all, so that what the next step needs is on its way from memory.
  void read(std::span<const Token> tokens) {
    const TokenFeatures& features = encoder_.tokens_;
    encoder_.words_.prefetch(tokens);
    ids_.clear();
    for (const Token& token : tokens) {
      ids_.push_back(is_line_end(token) ? WordTable::kMissing : encoder_.words_.find(token));
      if (ids_.back() != WordTable::kMissing) features.prefetch(ids_.back());
    }
    for (const uint32_t id : ids_) {
      if (id != WordTable::kMissing) features.prefetch_rows(id);
    }
    for (size_t i = 0; i < tokens.size(); i++) {
      is_line_end(tokens[i]) ? end_line() : add(tokens[i], ids_[i]);
    }
  }

  void add(const Token& token, uint32_t id) {
    if (!prefix_.empty() && token.word.size() > prefix_.size() && token.word.starts_with(prefix_)) {
      return sink_.add_label(make_token(token.word.substr(prefix_.size())));
    }
    add_word(token, id);
  }

  void add_word(const Token& token, uint32_t id) {
    if (id == WordTable::kMissing) {
      maker_.add_unknown(token.word);
    } else {
      maker_.add(encoder_.tokens_.hash(id), encoder_.tokens_.rows(id));
    }
  }

  void end_line() {
    if (!end_token_.word.empty()) add_word(end_token_, encoder_.words_.find(end_token_));
    sink_.end_line(maker_);
  }

  const LineEncoder& encoder_;
  const std::string_view prefix_;
  Sink sink_;
  typename Sink::Maker maker_;
  const Token end_token_;
  std::vector<uint32_t> ids_;  // of the tokens at hand
};

LineEncoder::LineEncoder(std::string_view words, Options options)
    : options_(std::move(options)), tokens_(options_.rules, options_.rows) {
  add_vocabulary(words, words_);
  for (const WordTable::Entry& entry : words_.entries()) tokens_.add(entry.word());
}

namespace {

// Parts of lines that threads work on.
std::vector<std::string_view> parts_of(std::string_view lines, size_t n_threads) {
  constexpr size_t kLeastBytes = 1 << 13, kMostBytes = 1 << 20;
  const size_t share = lines.size() / std::max<size_t>(n_threads, 1) + 1;
  return cut_lines(lines,
                   n_threads < 2 ? SIZE_MAX : std::clamp(share / 4, kLeastBytes, kMostBytes));
}

}  // namespace

EncodedLines LineEncoder::encode(std::string_view lines, std::string_view prefix,
                                 const WordTable& labels, size_t n_threads) const {
  const std::vector<std::string_view> texts = parts_of(lines, n_threads);
  if (texts.empty()) return {};
  std::vector<EncodedLines> parts(texts.size());
  share_work(parts.size(), n_threads, [&](size_t i) {
    Reader(*this, prefix, EncodedSink(options_, labels, parts[i])).read(texts[i]);
  });
  if (parts.size() == 1) return std::move(parts[0]);
  EncodedLines joined;
  joined.bags =
      join_bags(parts, n_threads, [](EncodedLines& part) -> DocumentBags& { return part.bags; });
  for (const EncodedLines& part : parts) {
    const int64_t first = joined.label_offsets.back();
    for (size_t i = 1; i < part.label_offsets.size(); i++)
      joined.label_offsets.push_back(first + part.label_offsets[i]);
    joined.label_ids.insert(joined.label_ids.end(), part.label_ids.begin(), part.label_ids.end());
  }
  return joined;
}

void LineEncoder::sum(std::string_view lines, const ConstRows& table, float* sums, bool* is_empty,
                      size_t n_threads) const {
  const std::vector<std::string_view> texts = parts_of(lines, n_threads);
  std::vector<size_t> first{0};
  for (const std::string_view text : texts) first.push_back(first.back() + count_lines(text));
  share_work(texts.size(), n_threads, [&](size_t i) {
    float* const own = sums + first[i] * static_cast<size_t>(table.dim);
    Reader(*this, {}, SumSink(options_, table, own, is_empty + first[i])).read(texts[i]);
  });
}

}  // namespace huffvec
