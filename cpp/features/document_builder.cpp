#include "features/document_builder.hpp"

#include <algorithm>
#include <atomic>

#include "features/parts.hpp"
#include "features/sorted_rows.hpp"
#include "text/tokens.hpp"

namespace huffvec {

// Reads the lines of a piece.
class DocumentBuilder::Reader {
 public:
  Reader(const Options& options, Source& source, Piece& piece)
      : options_(options),
        source_(source),
        piece_(piece),
        end_token_(make_token(options.end_token)) {}

  void read(std::string_view text) {
    const char* const end = text.data() + text.size();
    const bool ends_line = !text.empty() && text.back() != '\n';
    scan_text(text.data(), end, end, ends_line, [&](std::span<const Token> tokens) {
      source_.words.prefetch(tokens);
      for (const Token& token : tokens) {
        is_line_end(token) ? end_line() : add(token);
      }
    });
  }

 private:
  void add(const Token& token) {
    const std::string_view prefix = options_.prefix;
    if (!prefix.empty() && token.word.size() > prefix.size() && token.word.starts_with(prefix)) {
      add_label(make_token(token.word.substr(prefix.size())));
    } else {
      piece_.token_ids.push_back(count(source_.words, token));
    }
  }

  void add_label(const Token& token) {
    const int32_t id = count(source_.labels, token);
    const auto first = piece_.label_ids.begin() + first_label();
    if (std::find(first, piece_.label_ids.end(), id) == piece_.label_ids.end()) {
      piece_.label_ids.push_back(id);
    } else {
      source_.labels.add(static_cast<uint32_t>(id), -1);
    }
  }

  static int32_t count(WordTable& table, const Token& token) {
    return static_cast<int32_t>(table.add_copy(token, 1));
  }

  void end_line() {
    if (!options_.end_token.empty()) piece_.token_ids.push_back(count(source_.words, end_token_));
    piece_.token_ends.push_back(static_cast<int64_t>(piece_.token_ids.size()));
    piece_.label_ends.push_back(static_cast<int64_t>(piece_.label_ids.size()));
  }

  int64_t first_label() const { return piece_.label_ends.empty() ? 0 : piece_.label_ends.back(); }

  const Options& options_;
  Source& source_;
  Piece& piece_;
  const Token end_token_;
};

void DocumentBuilder::add_text(size_t number, std::string_view text) {
  Source& source = take_source();
  Piece piece;
  piece.source = &source;
  Reader(options_, source, piece).read(text);
  give_back(source, number, std::move(piece));
}

DocumentBuilder::Source& DocumentBuilder::take_source() {
  const std::lock_guard lock(mutex_);
  if (free_.empty()) {
    sources_.push_back(std::make_unique<Source>());
    return *sources_.back();
  }
  Source* const source = free_.back();
  free_.pop_back();
  return *source;
}

void DocumentBuilder::give_back(Source& source, size_t number, Piece piece) {
  const std::lock_guard lock(mutex_);
  free_.push_back(&source);
  numbered_.emplace(number, std::move(piece));
}

void DocumentBuilder::finish(size_t n_threads) {
  number_words(n_threads, &Source::words, &Source::word_ids, words_);
  number_words(n_threads, &Source::labels, &Source::label_ids, labels_);
  for (auto& [number, piece] : numbered_) pieces_.push_back(std::move(piece));
  numbered_.clear();
  share_work(pieces_.size(), n_threads, [this](size_t i) {
    Piece& piece = pieces_[i];
    const auto replace = [](std::vector<int32_t>& ids, const std::vector<int32_t>& by) {
      for (int32_t& id : ids) id = by[static_cast<size_t>(id)];
    };
    replace(piece.token_ids, piece.source->word_ids);
    replace(piece.label_ids, piece.source->label_ids);
  });
  sources_.clear();
}

void DocumentBuilder::number_words(size_t n_threads, WordTable Source::* table,
                                   std::vector<int32_t> Source::* ids, CountedWords& counted) {
  const WordRules all(1, SIZE_MAX, "", "");
  std::vector<WordTable> tables;
  tables.reserve(sources_.size());
  for (auto& source : sources_) tables.push_back(std::move((*source).*table));
  make_vocabulary(tables, n_threads, all, [] { return false; }, counted);
  WordTable numbered;
  add_vocabulary(counted.words, numbered);
  share_work(tables.size(), n_threads, [&](size_t i) {
    std::vector<int32_t>& of_source = (*sources_[i]).*ids;
    for (const WordTable::Entry& entry : tables[i].entries())
      of_source.push_back(static_cast<int32_t>(numbered.find({entry.word(), entry.hash})));
  });
}

std::vector<int64_t> DocumentBuilder::label_offsets() const {
  std::vector<int64_t> offsets{0};
  for (const Piece& piece : pieces_) {
    const int64_t first = offsets.back();
    for (const int64_t end : piece.label_ends) offsets.push_back(first + end);
  }
  return offsets;
}

std::vector<int32_t> DocumentBuilder::label_ids() const {
  std::vector<int32_t> ids;
  for (const Piece& piece : pieces_)
    ids.insert(ids.end(), piece.label_ids.begin(), piece.label_ids.end());
  return ids;
}

TokenFeatures DocumentBuilder::token_features(const FeatureRules& rules,
                                              const FeatureRows& rows) const {
  TokenFeatures features(rules, rows);
  for (std::string_view rest = words_.words; !rest.empty();) {
    const std::string_view word = rest.substr(0, rest.find('\n'));
    features.add(word);
    rest.remove_prefix(std::min(word.size() + 1, rest.size()));
  }
  return features;
}

namespace {

// Calls use(row, count) for the rows of each document of a piece, and end() after each.
template <class Piece, class Use, class End>
void for_each_document(const Piece& piece, const TokenFeatures& tokens, BagMaker<SortedRows>& maker,
                       const Use& use, const End& end) {
  size_t pos = 0;
  for (const int64_t token_end : piece.token_ends) {
    for (; pos < static_cast<size_t>(token_end); pos++) {
      const auto id = static_cast<uint32_t>(piece.token_ids[pos]);
      maker.add(tokens.hash(id), tokens.rows(id));
    }
    maker.finish(use);
    end();
  }
}

}  // namespace

std::vector<uint32_t> DocumentBuilder::bucket_counts(const FeatureRules& rules, uint32_t enough,
                                                     size_t n_threads) const {
  const FeatureRows buckets{0};  // so that a row is a bucket
  const TokenFeatures tokens = token_features(rules, buckets);
  std::vector<uint32_t> counts(rules.chars.n_buckets);
  share_work(pieces_.size(), n_threads, [&](size_t i) {
    BagMaker<SortedRows> maker(rules, buckets);
    const auto count = [&](int32_t bucket, size_t) {
      // Frequent ones are soon only read, so that threads do not wait for one another.
      const std::atomic_ref<uint32_t> n(counts[static_cast<size_t>(bucket)]);
      if (n.load(std::memory_order_relaxed) < enough) n.fetch_add(1, std::memory_order_relaxed);
    };
    for_each_document(pieces_[i], tokens, maker, count, [] {});
  });
  // Two threads may both have found one less than enough.
  for (uint32_t& n : counts) n = std::min(n, enough);
  return counts;
}

DocumentBags DocumentBuilder::bags(const FeatureRules& rules, const FeatureRows& rows,
                                   size_t n_threads) const {
  const TokenFeatures tokens = token_features(rules, rows);
  std::vector<DocumentBags> parts(pieces_.size());
  share_work(pieces_.size(), n_threads, [&](size_t i) {
    BagMaker<SortedRows> maker(rules, rows);
    DocumentBags& bags = parts[i];
    const auto add = [&](int32_t row, size_t count) {
      bags.row_ids.push_back(row);
      bags.values.push_back(static_cast<float>(count));
    };
    for_each_document(pieces_[i], tokens, maker, add,
                      [&] { bags.offsets.push_back(static_cast<int64_t>(bags.row_ids.size())); });
  });
  return join_bags(parts, n_threads, [](DocumentBags& part) -> DocumentBags& { return part; });
}

}  // namespace huffvec
