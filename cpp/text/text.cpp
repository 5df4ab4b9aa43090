#include "text/text.hpp"

namespace huffvec {

namespace {

// What a block says about sentences (lines with a token) that reach over its borders.
enum LineFlags : std::uint8_t {
  kHasLineEnd = 1,
  kTokensBefore = 2,  // the first line end, or anywhere when there is none
  kTokensAfter = 4,   // the last line end
};

}  // namespace

WordCounter::WordCounter(std::vector<TextFile> files, std::shared_ptr<const WordRules> rules,
                         ReadOptions options)
    : reader_(std::move(files), options.block_bytes),
      rules_(std::move(rules)),
      options_(options),
      block_lines_(reader_.n_blocks()) {
  job_.start([this] {
    run();
    release_free_memory();
  });
}

void WordCounter::run() {
  const std::size_t n_threads = threads_for(options_, reader_);
  std::vector<WordTable> tables(n_threads);
  run_threads(n_threads, [&](std::size_t thread) {
    reader_.read([&](const FileBlock& block) { count_block(block, tables[thread]); },
                 [this] { return job_.stopping(); });
  });
  reader_.check();
  result_.n_tokens = n_tokens_;
  result_.n_sentences = n_inner_sentences_;
  bool open = false;
  for (const std::uint8_t lines : block_lines_) {
    open = open || (lines & kTokensBefore) != 0;
    if ((lines & kHasLineEnd) == 0) continue;
    result_.n_sentences += open;
    open = (lines & kTokensAfter) != 0;
  }
  const auto stopping = [this] { return job_.stopping(); };
  make_vocabulary(tables, n_threads, *rules_, stopping, result_);
}

void WordCounter::count_block(const FileBlock& block, WordTable& table) {
  std::int64_t n_tokens = 0;
  std::int64_t line_begin = 0;  // in tokens
  std::int64_t n_inner = 0;
  std::uint8_t lines = 0;
  const auto on_token = [&](const Token& token) {
    ++n_tokens;
    if (table.count(token) != WordTable::kMissing) return;
    // Words are checked when they are new, so that text costs nothing to check.
    if (check_token(block.place(), token.word, options_.replace_errors)) {
      table.add_copy(token, 1);
    } else {
      table.add_copy(make_token(utf8_replaced(token.word)), 1);
    }
  };
  const auto on_line_end = [&] {
    if ((lines & kHasLineEnd) == 0) {
      lines = static_cast<std::uint8_t>(kHasLineEnd | (n_tokens > 0 ? kTokensBefore : 0));
    } else {
      n_inner += n_tokens > line_begin;
    }
    line_begin = n_tokens;
  };
  scan_block(block.block, [&](std::span<const Token> tokens) {
    table.prefetch(tokens);
    for (const Token& token : tokens) is_line_end(token) ? on_line_end() : on_token(token);
  });
  if (n_tokens > line_begin) lines |= (lines & kHasLineEnd) != 0 ? kTokensAfter : kTokensBefore;
  block_lines_[block.index] = lines;
  n_tokens_ += n_tokens;
  n_inner_sentences_ += n_inner;
}

// The encoded tokens of a block. Buffers are used again for the next one.
struct Encoder::Codes {
  std::vector<std::int32_t> ids;
  std::vector<std::int64_t> line_ends;  // in ids of this block, each once
  std::vector<std::int64_t> offsets;    // in ids of the corpus
};

Encoder::Encoder(std::vector<TextFile> files, std::string words, int ids_fd, int offsets_fd,
                 ReadOptions options)
    : reader_(std::move(files), options.block_bytes),
      words_(std::move(words)),
      ids_fd_(ids_fd),
      offsets_fd_(offsets_fd),
      options_(options) {
  job_.start([this] { run(); });
}

void Encoder::run() {
  make_table();
  const std::size_t n_threads = threads_for(options_, reader_);
  write_values(offsets_fd_, std::vector<std::int64_t>{0}, 0);
  run_threads(n_threads, [&](std::size_t) {
    Codes codes;
    reader_.read(
        [&](const FileBlock& block) {
          encode_block(block, codes);
          write_block(block, codes);
        },
        [this] { return job_.stopping(); });
  });
  reader_.check();
}

void Encoder::make_table() { add_vocabulary(words_, table_); }

void Encoder::encode_block(const FileBlock& block, Codes& codes) const {
  codes.ids.clear();
  codes.line_ends.clear();
  const auto on_token = [&](const Token& token) {
    std::int32_t word_id = static_cast<std::int32_t>(table_.find(token));
    if (word_id < 0) word_id = find_rare(block, token);
    if (word_id >= 0) codes.ids.push_back(word_id);
  };
  const auto on_line_end = [&] {
    const std::int64_t end = static_cast<std::int64_t>(codes.ids.size());
    if (codes.line_ends.empty() || codes.line_ends.back() != end) codes.line_ends.push_back(end);
  };
  scan_block(block.block, [&](std::span<const Token> tokens) {
    table_.prefetch(tokens);
    for (const Token& token : tokens) is_line_end(token) ? on_line_end() : on_token(token);
  });
}

// The id of a token that is not in the vocabulary as it stands, or -1.
std::int32_t Encoder::find_rare(const FileBlock& block, const Token& token) const {
  if (check_token(block.place(), token.word, options_.replace_errors)) return -1;
  const std::string word = utf8_replaced(token.word);
  return static_cast<std::int32_t>(table_.find(make_token(word)));
}

// Takes the next place in the output when its turn comes, and writes there.
void Encoder::write_block(const FileBlock& block, Codes& codes) {
  std::int64_t ids_pos = 0;
  std::int64_t offsets_pos = 0;
  codes.offsets.clear();
  const bool has_place = turns_.take(block.index, reader_, [&] {
    ids_pos = n_tokens_;
    offsets_pos = n_sentences_ + 1;
    for (const std::int64_t line_end : codes.line_ends) {
      if (ids_pos + line_end == last_offset_) continue;  // an empty sentence
      last_offset_ = ids_pos + line_end;
      codes.offsets.push_back(last_offset_);
    }
    n_tokens_ += static_cast<std::int64_t>(codes.ids.size());
    n_sentences_ += static_cast<std::int64_t>(codes.offsets.size());
  });
  if (!has_place) return;
  write_values(ids_fd_, codes.ids, ids_pos);
  write_values(offsets_fd_, codes.offsets, offsets_pos);
}

}  // namespace huffvec
