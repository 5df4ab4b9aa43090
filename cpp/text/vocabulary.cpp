#include "text/vocabulary.hpp"

#include <algorithm>

#include "base/job.hpp"
#include "text/corpus_error.hpp"

namespace huffvec {

namespace {

// Each thread sums up the words of one part of the hash's range over all tables. The words of the
// result are bytes of the tables.
std::vector<WordTable> merge(const std::vector<WordTable>& tables, size_t n_threads,
                             const Stopping& stopping) {
  std::vector<WordTable> parts(n_threads);
  run_threads(n_threads, [&](size_t part) {
    for (const WordTable& table : tables) {
      for (const WordTable::Entry& entry : table.entries()) {
        // Bits that choose neither a slot nor a tag's neighbour in any table of likely size.
        if ((entry.hash >> 24 & 0xFFFF) % n_threads != part) continue;
        if (stopping()) return;
        parts[part].add_reference({entry.word(), entry.hash}, entry.count);
      }
    }
  });
  return parts;
}

}  // namespace

void keep_words(std::vector<WordCount> kept, CountedWords& result) {
  std::sort(kept.begin(), kept.end(), comes_before);
  size_t n_bytes = 0;
  for (const WordCount& entry : kept) n_bytes += entry.word.size() + 1;
  result.words.reserve(n_bytes);
  result.counts.reserve(kept.size());
  for (const WordCount& entry : kept) {
    if (!result.counts.empty()) result.words.push_back('\n');
    result.words.append(entry.word);
    result.counts.push_back(entry.count);
  }
}

void keep_most_frequent(std::vector<WordCount> admitted, const WordRules& rules,
                        CountedWords& result) {
  if (admitted.size() > rules.max_words()) {
    const auto others =
        std::partition(admitted.begin(), admitted.end(),
                       [&](const WordCount& entry) { return rules.keeps(make_token(entry.word)); });
    const auto n_kept = static_cast<size_t>(others - admitted.begin());
    const size_t n_words = std::max(rules.max_words(), n_kept);
    std::sort(others, admitted.end(), comes_before);
    admitted.resize(n_words);
  }
  keep_words(std::move(admitted), result);
}

void make_vocabulary(const std::vector<WordTable>& tables, size_t n_threads, const WordRules& rules,
                     const Stopping& stopping, CountedWords& result) {
  const bool merged = tables.size() > 1;
  const std::vector<WordTable> parts =
      merged ? merge(tables, n_threads, stopping) : std::vector<WordTable>();
  WordCount top{{}, 0};
  std::vector<WordCount> kept;
  for (const WordTable& table : merged ? parts : tables) {
    result.n_types += static_cast<int64_t>(table.entries().size());
    for (const WordTable::Entry& entry : table.entries()) {
      const Token token{entry.word(), entry.hash};
      if (rules.drops(token)) continue;
      const WordCount word{entry.word(), entry.count};
      if (comes_before(word, top)) top = word;
      if (rules.admits(token, entry.count)) kept.push_back(word);
    }
  }
  result.top_word = top.word;
  result.top_count = top.count;
  if (!stopping()) keep_most_frequent(std::move(kept), rules, result);
}

void add_vocabulary(std::string_view words, WordTable& table) {
  std::string_view rest = words;
  for (uint32_t word_id = 0; !rest.empty(); word_id++) {
    const std::string_view word = rest.substr(0, rest.find('\n'));
    if (table.add_reference(make_token(word), 0) != word_id) {
      throw CorpusError("the vocabulary has the word '" + std::string(word) + "' twice");
    }
    rest.remove_prefix(std::min(word.size() + 1, rest.size()));
  }
}

}  // namespace huffvec
