#include "features/line_encoder.hpp"

#include <algorithm>

#include "features/parts.hpp"
#include "text/tokens.hpp"
#include "text/vocabulary.hpp"

namespace huffvec {

// Encodes the lines of a part of a text.
class LineEncoder::Reader {
 public:
  Reader(const LineEncoder& encoder, std::string_view prefix, const WordTable& labels,
         EncodedLines& result)
      : encoder_(encoder),
        prefix_(prefix),
        labels_(labels),
        result_(result),
        maker_(encoder.options_.rules, encoder.options_.rows),
        end_token_(make_token(encoder.options_.end_token)) {}

  void read(std::string_view text) {
    const char* const end = text.data() + text.size();
    const bool ends_line = !text.empty() && text.back() != '\n';
    scan_text(text.data(), end, end, ends_line, [&](std::span<const Token> tokens) {
      encoder_.words_.prefetch(tokens);
      for (const Token& token : tokens) {
        is_line_end(token) ? end_line() : add(token);
      }
    });
  }

 private:
  void add(const Token& token) {
    if (!prefix_.empty() && token.word.size() > prefix_.size() && token.word.starts_with(prefix_)) {
      return add_label(make_token(token.word.substr(prefix_.size())));
    }
    add_word(token);
  }

  void add_word(const Token& token) {
    const uint32_t id = encoder_.words_.find(token);
    if (id == WordTable::kMissing) {
      maker_.add_unknown(token.word);
    } else {
      maker_.add(encoder_.tokens_.hash(id), encoder_.tokens_.rows(id));
    }
  }

  void add_label(const Token& token) {
    const uint32_t found = labels_.find(token);
    const int32_t id = found == WordTable::kMissing ? -1 : static_cast<int32_t>(found);
    const auto first = result_.label_ids.begin() + result_.label_offsets.back();
    if (id < 0 || std::find(first, result_.label_ids.end(), id) == result_.label_ids.end()) {
      result_.label_ids.push_back(id);
    }
  }

  void end_line() {
    DocumentBags& bags = result_.bags;
    if (!end_token_.word.empty()) add_word(end_token_);
    maker_.finish([&](int32_t row, size_t count) {
      bags.row_ids.push_back(row);
      bags.values.push_back(static_cast<float>(count));
    });
    const auto first = static_cast<size_t>(bags.offsets.back());
    weigh(std::span(bags.row_ids).subspan(first), std::span(bags.values).subspan(first),
          encoder_.options_.idf);
    bags.offsets.push_back(static_cast<int64_t>(bags.row_ids.size()));
    result_.label_offsets.push_back(static_cast<int64_t>(result_.label_ids.size()));
  }

  const LineEncoder& encoder_;
  const std::string_view prefix_;
  const WordTable& labels_;
  EncodedLines& result_;
  BagMaker maker_;
  const Token end_token_;
};

LineEncoder::LineEncoder(std::string_view words, Options options)
    : options_(std::move(options)), tokens_(options_.rules, options_.rows) {
  add_vocabulary(words, words_);
  for (const WordTable::Entry& entry : words_.entries()) tokens_.add(entry.word());
}

EncodedLines LineEncoder::encode(std::string_view lines, std::string_view prefix,
                                 const WordTable& labels, size_t n_threads) const {
  constexpr size_t kLeastBytes = 1 << 13, kMostBytes = 1 << 20;
  const size_t share = lines.size() / std::max<size_t>(n_threads, 1) + 1;
  const size_t part_bytes =
      n_threads < 2 ? SIZE_MAX : std::clamp(share / 4, kLeastBytes, kMostBytes);
  const std::vector<std::string_view> texts = cut_lines(lines, part_bytes);
  if (texts.empty()) return {};
  std::vector<EncodedLines> parts(texts.size());
  share_work(parts.size(), n_threads,
             [&](size_t i) { Reader(*this, prefix, labels, parts[i]).read(texts[i]); });
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

}  // namespace huffvec
