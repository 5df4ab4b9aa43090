#include "phrases/phrases.hpp"

#include <system_error>

namespace huffvec {

namespace {

constexpr auto kNothing = [](const auto&...) { return false; };

// Calls pair(key) for each two known units that follow one another, but for connector words between
// them, and unit(id) for all units.
template <class OnUnit, class OnPair>
void scan_pairs(const FileBlock& block, const PhraseTables& tables, bool replace_errors,
                const OnUnit& unit, const OnPair& pair) {
  uint32_t left_id = Unit::kUnknown;
  Gap gap;
  // Returns whether the next unit may still make a pair with the one on the left.
  const auto on_pair = [&](const Unit& right) {
    if (const uint32_t connector = tables.connector(right.id)) {
      gap.add(connector, tables.n_connectors);
      return left_id != Unit::kUnknown && gap.is_short();
    }
    if (left_id != Unit::kUnknown && right.id != Unit::kUnknown && gap.is_short()) {
      pair(tables.keys.key(left_id, gap.run(), right.id));
    }
    left_id = right.id;
    gap = {};
    return false;
  };
  const auto on_line_end = [&] {
    left_id = Unit::kUnknown;
    gap = {};
  };
  const auto on_unit = [&](const Unit& right) {
    unit(right.id);
    on_pair(right);
  };
  scan_units(block, tables, replace_errors, on_unit, on_line_end, on_pair);
}

}  // namespace

UnitCounter::UnitCounter(std::vector<TextFile> files, std::shared_ptr<const PhraseTables> tables,
                         int shard_bits, ReadOptions options)
    : reader_(std::move(files), options.block_bytes),
      tables_(std::move(tables)),
      options_(options),
      sketch_(shard_bits),
      counts_(tables_->n_units) {
  job_.start([this] { run(); });
}

void UnitCounter::run() {
  run_threads(threads_for(options_, reader_), [this](size_t) {
    PairBuffers buffers;
    std::vector<int64_t> counts(counts_.size());
    int64_t n_units = 0;
    const auto flush = [this](size_t shard, const std::vector<uint64_t>& keys) {
      sketch_.count(shard, keys);
    };
    const auto on_unit = [&](uint32_t id) {
      ++n_units;
      if (id != Unit::kUnknown) ++counts[id];
    };
    const auto on_pair = [&](uint64_t key) { buffers.add(key, flush); };
    reader_.read(
        [&](const FileBlock& block) {
          scan_pairs(block, *tables_, options_.replace_errors, on_unit, on_pair);
        },
        [this] { return job_.stopping(); });
    buffers.flush(flush);
    const std::lock_guard lock(mutex_);
    n_units_ += n_units;
    for (size_t id = 0; id < counts.size(); id++) counts_[id] += counts[id];
  });
  reader_.check();
}

PairCounter::PairCounter(std::vector<TextFile> files, std::shared_ptr<const PhraseTables> tables,
                         const PairSketch& sketch, PairRule rule, int shard_bits,
                         ReadOptions options)
    : reader_(std::move(files), options.block_bytes),
      tables_(std::move(tables)),
      sketch_(sketch),
      rule_(std::move(rule)),
      options_(options),
      table_(sketch, shard_bits) {
  job_.start([this] { run(); });
}

void PairCounter::run() {
  run_threads(threads_for(options_, reader_), [this](size_t) {
    PairBuffers buffers;
    std::vector<uint64_t> candidates;
    const auto flush = [&](size_t shard, const std::vector<uint64_t>& keys) {
      candidates.clear();
      for (const uint64_t key : keys) {
        const uint32_t bound = sketch_.bound(key);
        if (bound == PairSketch::kMost || rule_.allows(key, bound)) candidates.push_back(key);
      }
      table_.count(shard, candidates);
    };
    const auto on_pair = [&](uint64_t key) {
      if (rule_.may_allow(key)) buffers.add(key, flush);
    };
    reader_.read(
        [&](const FileBlock& block) {
          scan_pairs(block, *tables_, options_.replace_errors, kNothing, on_pair);
        },
        [this] { return job_.stopping(); });
    buffers.flush(flush);
  });
  reader_.check();
  result_.floor = table_.floor();
  table_.for_each([this](const PairTable::Entry& entry) {
    if (!rule_.allows(entry.key, entry.count)) return;
    result_.left_ids.push_back(rule_.keys.left(entry.key));
    result_.right_ids.push_back(rule_.keys.right(entry.key));
    result_.runs.push_back(rule_.keys.run(entry.key));
    result_.counts.push_back(entry.count);
  });
}

PhraseWriter::PhraseWriter(std::vector<TextFile> files, std::shared_ptr<const PhraseTables> tables,
                           std::string delimiter, int fd, ReadOptions options)
    : reader_(std::move(files), options.block_bytes),
      tables_(std::move(tables)),
      delimiter_(std::move(delimiter)),
      fd_(fd),
      options_(options) {
  job_.start([this] { run(); });
}

// The text of a block after joining, white space included. The buffer is used again for the next.
struct PhraseWriter::JoinedBlock {
  std::string text;
  int64_t n_words;
  int64_t n_units;
};

void PhraseWriter::run() {
  run_threads(threads_for(options_, reader_), [this](size_t) {
    JoinedBlock joined;
    reader_.read(
        [&](const FileBlock& block) {
          join_block(block, joined);
          n_words_ += joined.n_words;
          n_units_ += joined.n_units;
          write_block(block, joined.text);
        },
        [this] { return job_.stopping(); });
  });
  reader_.check();
}

void PhraseWriter::join_block(const FileBlock& block, JoinedBlock& joined) const {
  const Block& part = block.block;
  joined.text.clear();
  joined.n_words = 0;
  joined.n_units = 0;
  // The first block has the white space before the first word too.
  const char* copied = part.begin == part.text_begin ? part.text_begin : nullptr;
  const auto on_unit = [&](const Unit& unit) {
    if (copied != nullptr) joined.text.append(copied, unit.begin);
    append_unit(unit, joined);
    copied = unit.end;
  };
  const char* const end =
      scan_units(block, *tables_, options_.replace_errors, on_unit, [] {}, kNothing);
  if (end == nullptr) return;
  joined.text.append(copied, end);
  // The end of a file ends its last line.
  if (end == part.text_end && end[-1] != '\n' && !reader_.in_last_file(block)) {
    joined.text.push_back('\n');
  }
}

void PhraseWriter::append_unit(const Unit& unit, JoinedBlock& joined) const {
  ++joined.n_units;
  for (const char* next = unit.begin;;) {
    const std::string_view word = read_token(next, unit.end).word;
    ++joined.n_words;
    if (options_.replace_errors && !is_text(word)) {
      joined.text.append(utf8_replaced(word));
    } else {
      joined.text.append(word);
    }
    next += word.size();
    if (next == unit.end) return;
    joined.text.append(delimiter_);
    while (is_space(*next)) ++next;
  }
}

// Takes the next place in the output when its turn comes, and writes there.
void PhraseWriter::write_block(const FileBlock& block, const std::string& text) {
  uint64_t offset = 0;
  const bool has_place = turns_.take(block.index, reader_, [&] {
    offset = offset_;
    offset_ += text.size();
  });
  if (!has_place) return;
  try {
    write_at(fd_, text.data(), text.size(), offset);
  } catch (const std::system_error& error) {
    throw OutputError("cannot write the joined text: " + error.code().message() +
                      ". It takes about as much room as the text itself.");
  }
}

}  // namespace huffvec
