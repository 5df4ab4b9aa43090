#include "text/label_lines.hpp"

#include <set>

#include "text/tokens.hpp"

namespace huffvec {
namespace {

// The labels of a line, each once however often it stands there.
class LabelsOfLine {
 public:
  LabelsOfLine(std::string_view mark, std::string& out) : mark_(mark), out_(out) {}

  void add(std::string_view name) {
    if (!seen_.insert(name).second) return;
    if (seen_.size() > 1) out_ += ' ';
    out_ += mark_;
    out_ += name;
  }
  void end() {
    out_ += '\n';
    seen_.clear();
  }

 private:
  std::string_view mark_;
  std::string& out_;
  std::set<std::string_view> seen_;
};

size_t token_end(std::string_view line, size_t begin) {
  while (begin < line.size() && !is_space(line[begin])) ++begin;
  return begin;
}

}  // namespace

LabelLines separate_labels(std::string_view lines, std::string_view prefix, std::string_view mark) {
  LabelLines found;
  found.texts.reserve(lines.size() + 1);
  LabelsOfLine labels(mark, found.labels);
  for (ptrdiff_t number = 0; !lines.empty(); ++number) {
    const std::string_view line = lines.substr(0, lines.find('\n'));
    size_t copied = 0;
    for (size_t pos = line.find(prefix); pos != line.npos;) {
      if (pos > 0 && !is_space(line[pos - 1])) {  // within a token
        pos = line.find(prefix, pos + 1);
        continue;
      }
      const size_t end = token_end(line, pos + prefix.size());
      const std::string_view name = line.substr(pos, end - pos).substr(prefix.size());
      if (name.empty() && found.nameless < 0) found.nameless = number;
      labels.add(name);
      found.texts += line.substr(copied, pos - copied);
      copied = end;
      pos = line.find(prefix, end);
    }
    found.texts += line.substr(copied);
    found.texts += '\n';
    labels.end();
    lines.remove_prefix(line.size() == lines.size() ? line.size() : line.size() + 1);
  }
  return found;
}

}  // namespace huffvec
