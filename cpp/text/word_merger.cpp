#include "text/word_merger.hpp"

#include <algorithm>

#include "text/corpus_error.hpp"
#include "text/provisional_ids.hpp"

namespace huffvec {

std::vector<int32_t> WordMerger::add(std::string_view words, std::span<const int64_t> counts) {
  std::vector<int32_t> ids;
  ids.reserve(counts.size());
  std::string_view rest = words;
  for (const int64_t count : counts) {
    const std::string_view word = rest.substr(0, rest.find('\n'));
    if (word.empty()) throw CorpusError("damaged data: fewer words than counts");
    ids.push_back(static_cast<int32_t>(tables_[0].add_copy(make_token(word), count)));
    result_.n_tokens += count;
    rest.remove_prefix(std::min(word.size() + 1, rest.size()));
  }
  if (!rest.empty()) throw CorpusError("damaged data: more words than counts");
  return ids;
}

std::vector<int32_t> WordMerger::finish(const WordRules& rules) {
  make_vocabulary(tables_, 1, rules, [] { return false; }, result_);
  WordTable words;
  add_vocabulary(result_.words, words);
  std::vector<int32_t> ids;
  ids.reserve(tables_[0].entries().size());
  for (const WordTable::Entry& entry : tables_[0].entries()) {
    const uint32_t id = words.find({entry.word(), entry.hash});
    ids.push_back(id == WordTable::kMissing ? kUnknownWord : static_cast<int32_t>(id));
  }
  return ids;
}

}  // namespace huffvec
