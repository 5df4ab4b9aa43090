#include "text/corpus_builder.hpp"

#include <algorithm>
#include <charconv>
#include <numeric>

#include "text/tokens.hpp"
#include "text/utf8.hpp"

namespace huffvec {

// A piece while it is encoded.
class CorpusBuilder::Piece {
 public:
  Piece(CorpusBuilder& builder, size_t number)
      : builder_(builder),
        number_(number),
        source_(builder.take_source()),
        table_(source_.table),
        items_(source_.items) {
    items_.clear();
  }

  void prefetch(std::span<const Token> tokens) const { words().prefetch(tokens); }

  // check(token) is called when a word is new; it throws, or returns false when the word is broken
  // UTF-8 to be replaced.
  template <class Check>
  void add(const Token& token, const Check& check) {
    if (builder_.is_fixed()) {
      uint32_t id = builder_.fixed_.find(token);
      if (id == WordTable::kMissing && !check(token)) {
        const std::string replaced = utf8_replaced(token.word);
        id = builder_.fixed_.find(make_token(replaced));
      }
      items_.push_back(id == WordTable::kMissing ? kUnknownWord : static_cast<int32_t>(id));
      return;
    }
    uint32_t id = table_.count(token);
    if (id == WordTable::kMissing) {
      id = check(token) ? table_.add_copy(token, 1)
                        : table_.add_copy(make_token(utf8_replaced(token.word)), 1);
    }
    items_.push_back(static_cast<int32_t>(id));
  }

  void end_sentence() { items_.push_back(kSentenceEnd); }

  // Not called after an error, which ends the whole corpus.
  void finish() {
    builder_.provisional_.append(number_, items_, source_.number);
    builder_.give_back(source_);
  }

 private:
  const WordTable& words() const { return builder_.is_fixed() ? builder_.fixed_ : table_; }

  CorpusBuilder& builder_;
  const size_t number_;
  Source& source_;
  WordTable& table_;
  std::vector<int32_t>& items_;
};

namespace {

// A word that comes as it is, not cut out of a text.
void check_bare_word(std::string_view word) {
  if (word.empty()) throw CorpusError("an empty token, expected at least one character");
  if (word.find('\n') != std::string_view::npos) {
    throw CorpusError("a token with a line feed in it: '" + std::string(word) + "'");
  }
}

}  // namespace

CorpusBuilder::CorpusBuilder(Files files, std::string vocabulary, Options options)
    : vocabulary_(std::move(vocabulary)),
      options_(std::move(options)),
      provisional_(files.ids, files.offsets, !options_.count_only, options_.keeps_empty),
      runs_(files.runs) {
  add_vocabulary(vocabulary_, fixed_);
}

void CorpusBuilder::add_text(size_t number, const TextPlace& place, std::string_view text,
                             bool ends_line) {
  Piece piece(*this, number);
  const auto check = [&](const Token& token) {
    return check_token(place, token.word, options_.replace_errors);
  };
  const char* const end = text.data() + text.size();
  scan_text(text.data(), end, end, ends_line, [&](std::span<const Token> tokens) {
    piece.prefetch(tokens);
    for (const Token& token : tokens) {
      is_line_end(token) ? piece.end_sentence() : piece.add(token, check);
    }
  });
  piece.finish();
}

template <class Offset>
void CorpusBuilder::add_texts(size_t number, const TextPlace& place, const char* bytes,
                              std::span<const Offset> offsets) {
  Piece piece(*this, number);
  const auto check = [&](const Token& token) {
    return check_token(place, token.word, options_.replace_errors);
  };
  for (size_t text = 0; text + 1 < offsets.size(); text++) {
    const char* const end = bytes + offsets[text + 1];
    scan_text(bytes + offsets[text], end, end, true, [&](std::span<const Token> tokens) {
      piece.prefetch(tokens);
      for (const Token& token : tokens) {
        is_line_end(token) ? piece.end_sentence() : piece.add(token, check);
      }
    });
  }
  piece.finish();
}

bool CorpusBuilder::add_joined(size_t number, std::string_view tokens, size_t n_tokens,
                               size_t n_sentences) {
  Piece piece(*this, number);
  size_t n_found = 0;
  size_t n_ends = 0;
  bool all_text = true;
  const auto check = [&](const Token& token) {
    const bool fits = is_text(token.word);
    all_text = all_text && (fits || options_.replace_errors);
    return fits;
  };
  const bool has_text = n_tokens > 0 || n_sentences > 1;
  for (size_t begin = 0; has_text && begin <= tokens.size();) {
    const size_t end = std::min(tokens.find('\n', begin), tokens.size());
    const std::string_view word = tokens.substr(begin, end - begin);
    begin = end + 1;
    if (word.empty()) {
      ++n_ends;
      piece.end_sentence();
    } else {
      ++n_found;
      piece.add(make_token(word), check);
    }
  }
  if (!all_text) return false;
  if (n_found != n_tokens || n_ends + 1 != std::max<size_t>(n_sentences, 1)) return false;
  if (n_sentences > 0) piece.end_sentence();
  piece.finish();
  return true;
}

template <class Offset>
void CorpusBuilder::add_tokens(size_t number, const TextPlace& place, const char* bytes,
                               std::span<const Offset> token_offsets,
                               std::span<const int64_t> sentence_offsets) {
  Piece piece(*this, number);
  const auto check = [&](const Token& token) {
    check_bare_word(token.word);
    return check_token(place, token.word, options_.replace_errors);
  };
  std::array<Token, 64> tokens;
  for (size_t sentence = 0; sentence + 1 < sentence_offsets.size(); sentence++) {
    const int64_t end = sentence_offsets[sentence + 1];
    for (int64_t pos = sentence_offsets[sentence]; pos < end;) {
      size_t n = 0;
      for (; n < tokens.size() && pos < end; ++n, ++pos) {
        const char* const word = bytes + token_offsets[static_cast<size_t>(pos)];
        const char* const word_end = bytes + token_offsets[static_cast<size_t>(pos + 1)];
        tokens[n] = make_token({word, static_cast<size_t>(word_end - word)});
      }
      piece.prefetch({tokens.data(), n});
      for (size_t i = 0; i < n; i++) piece.add(tokens[i], check);
    }
    piece.end_sentence();
  }
  piece.finish();
}

void CorpusBuilder::add_integers(size_t number, std::span<const int64_t> values,
                                 std::span<const int64_t> sentence_offsets) {
  Piece piece(*this, number);
  const auto check = [](const Token&) { return true; };
  std::array<char, 24> digits;
  for (size_t sentence = 0; sentence + 1 < sentence_offsets.size(); sentence++) {
    const int64_t end = sentence_offsets[sentence + 1];
    for (int64_t pos = sentence_offsets[sentence]; pos < end; pos++) {
      const int64_t value = values[static_cast<size_t>(pos)];
      const auto written = std::to_chars(digits.data(), digits.data() + digits.size(), value);
      const size_t size = static_cast<size_t>(written.ptr - digits.data());
      piece.add(make_token({digits.data(), size}), check);
    }
    piece.end_sentence();
  }
  piece.finish();
}

CorpusBuilder::Source& CorpusBuilder::take_source() {
  const std::lock_guard lock(mutex_);
  if (free_.empty()) {
    sources_.push_back(std::make_unique<Source>());
    sources_.back()->number = sources_.size() - 1;
    return *sources_.back();
  }
  Source* const source = free_.back();
  free_.pop_back();
  return *source;
}

void CorpusBuilder::give_back(Source& source) {
  if (source.table.n_bytes() > options_.table_bytes) return make_run(source);
  const std::lock_guard lock(mutex_);
  free_.push_back(&source);
}

void CorpusBuilder::make_run(Source& source) {
  source.is_run = true;
  source.run = runs_.add(source.table);
  source.table = WordTable();
  source.items = {};
}

void CorpusBuilder::finish() {
  job_.start([this] {
    run();
    release_free_memory();
  });
}

void CorpusBuilder::run() {
  if (!is_fixed()) make_vocabulary();
  if (job_.stopping()) return;
  result_.n_tokens = provisional_.n_raw_tokens();
  result_.n_sentences = provisional_.n_raw_sentences();
  if (options_.count_only) return;
  add_vocabulary(is_fixed() ? vocabulary_ : result_.words, words_);
  const auto& pieces = provisional_.pieces();
  for (size_t i = 0; i < pieces.size(); i++) sources_[pieces[i].source]->last_piece = i;
  provisional_.replace([this](size_t source, size_t i) { return ids_of(source, i); },
                       [this](size_t n_items) {
                         bytes_done_ += n_items * sizeof(int32_t);
                         return !job_.stopping();
                       });
}

void CorpusBuilder::make_vocabulary() {
  const auto stopping = [this] { return job_.stopping(); };
  if (runs_.n_runs() == 0) {
    std::vector<WordTable> tables;
    tables.reserve(sources_.size());
    for (auto& source : sources_) tables.push_back(std::move(source->table));
    huffvec::make_vocabulary(tables, options_.n_threads, *options_.rules, stopping, result_);
    for (size_t i = 0; i < tables.size(); i++) sources_[i]->table = std::move(tables[i]);
    return;
  }
  for (auto& source : sources_) {
    if (!source->is_run) make_run(*source);
    if (job_.stopping()) return;
  }
  const size_t room = options_.n_threads * options_.table_bytes / runs_.n_runs();
  const size_t buffer_bytes = std::clamp<size_t>(room, 1 << 12, 1 << 20);
  runs_.make_vocabulary(*options_.rules, buffer_bytes, stopping, result_);
}

const int32_t* CorpusBuilder::ids_of(size_t number, size_t piece) {
  const auto found = ids_.find(number);
  if (found != ids_.end()) return found->second.data();
  std::erase_if(ids_, [&](const auto& item) { return sources_[item.first]->last_piece < piece; });
  const Source& source = *sources_[number];
  std::vector<int32_t>& ids = ids_[number];
  if (is_fixed()) {
    ids.resize(words_.entries().size());
    std::iota(ids.begin(), ids.end(), 0);
  } else if (source.is_run) {
    ids = runs_.ids_of(source.run, words_, kUnknownWord);
  } else {
    for (const WordTable::Entry& entry : source.table.entries()) {
      const uint32_t id = words_.find({entry.word(), entry.hash});
      ids.push_back(id == WordTable::kMissing ? kUnknownWord : static_cast<int32_t>(id));
    }
  }
  return ids.data();
}

template void CorpusBuilder::add_texts(size_t, const TextPlace&, const char*,
                                       std::span<const int32_t>);
template void CorpusBuilder::add_texts(size_t, const TextPlace&, const char*,
                                       std::span<const int64_t>);
template void CorpusBuilder::add_tokens(size_t, const TextPlace&, const char*,
                                        std::span<const int32_t>, std::span<const int64_t>);
template void CorpusBuilder::add_tokens(size_t, const TextPlace&, const char*,
                                        std::span<const int64_t>, std::span<const int64_t>);

}  // namespace huffvec
