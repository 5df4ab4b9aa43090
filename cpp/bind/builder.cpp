// CorpusBuilder and WordMerger in the Python module huffvec._text.
#include "bind/text.hpp"
#include "text/corpus_builder.hpp"
#include "text/word_merger.hpp"

namespace huffvec {
namespace {

template <class T>
std::span<const T> to_span(const Array<T>& array) {
  return {array.data(), array.size()};
}

std::string_view to_text(const nb::bytes& bytes) { return {bytes.c_str(), bytes.size()}; }

// Offsets come from files and programs of others.
template <class Offset>
void check_offsets(std::span<const Offset> offsets, size_t size) {
  bool rising = !offsets.empty() && offsets[0] >= 0;
  for (size_t i = 1; i < offsets.size(); i++) rising &= offsets[i - 1] <= offsets[i];
  if (!rising || static_cast<size_t>(offsets.back()) > size) {
    throw CorpusError("damaged data: offsets that do not rise from 0 to at most " +
                      std::to_string(size));
  }
}

template <class Offset>
void add_texts(CorpusBuilder& self, size_t number, const nb::bytes& name, const Bytes& bytes,
               const Array<Offset>& offsets) {
  const std::string source(to_text(name));
  const char* const first = reinterpret_cast<const char*>(bytes.data());
  const nb::gil_scoped_release release;
  check_offsets(to_span(offsets), bytes.size());
  self.add_texts(number, {source, first, 0}, first, to_span(offsets));
}

template <class Offset>
void add_tokens(CorpusBuilder& self, size_t number, const nb::bytes& name, const Bytes& bytes,
                const Array<Offset>& token_offsets, const Array<int64_t>& sentence_offsets) {
  const std::string source(to_text(name));
  const char* const first = reinterpret_cast<const char*>(bytes.data());
  const nb::gil_scoped_release release;
  check_offsets(to_span(token_offsets), bytes.size());
  check_offsets(to_span(sentence_offsets), token_offsets.size() - 1);
  self.add_tokens(number, {source, first, 0}, first, to_span(token_offsets),
                  to_span(sentence_offsets));
}

void bind_add(nb::class_<CorpusBuilder>& builder) {
  builder
      .def(
          "add_text",
          [](CorpusBuilder& self, size_t number, const nb::bytes& name, uint64_t offset,
             const nb::bytes& text, bool ends_line) {
            const std::string source(to_text(name));
            const std::string_view view = to_text(text);
            const nb::gil_scoped_release release;
            self.add_text(number, {source, view.data(), offset}, view, ends_line);
          },
          "number"_a, "name"_a, "offset"_a, "text"_a, "ends_line"_a)
      .def(
          "add_joined",
          [](CorpusBuilder& self, size_t number, const nb::bytes& tokens, size_t n_tokens,
             size_t n_sentences) {
            const std::string_view view = to_text(tokens);
            const nb::gil_scoped_release release;
            return self.add_joined(number, view, n_tokens, n_sentences);
          },
          "number"_a, "tokens"_a, "n_tokens"_a, "n_sentences"_a)
      .def("add_texts", &add_texts<int32_t>, "number"_a, "name"_a, "data"_a, "offsets"_a)
      .def("add_texts", &add_texts<int64_t>, "number"_a, "name"_a, "data"_a, "offsets"_a)
      .def("add_tokens", &add_tokens<int32_t>, "number"_a, "name"_a, "data"_a, "token_offsets"_a,
           "sentence_offsets"_a)
      .def("add_tokens", &add_tokens<int64_t>, "number"_a, "name"_a, "data"_a, "token_offsets"_a,
           "sentence_offsets"_a)
      .def(
          "add_integers",
          [](CorpusBuilder& self, size_t number, const Array<int64_t>& values,
             const Array<int64_t>& sentence_offsets) {
            const nb::gil_scoped_release release;
            check_offsets(to_span(sentence_offsets), values.size());
            self.add_integers(number, to_span(values), to_span(sentence_offsets));
          },
          "number"_a, "values"_a, "sentence_offsets"_a);
}

void bind_merger(nb::module_& m) {
  nb::class_<WordMerger> merger(m, "WordMerger");
  merger.def(nb::init<>())
      .def(
          "add",
          [](WordMerger& self, const Bytes& words, const Array<int64_t>& counts) {
            const char* const first = reinterpret_cast<const char*>(words.data());
            std::vector<int32_t> ids;
            {
              const nb::gil_scoped_release release;
              ids = self.add({first, words.size()}, to_span(counts));
            }
            return to_numpy(std::move(ids));
          },
          "words"_a, "counts"_a)
      .def(
          "finish",
          [](WordMerger& self, const WordRules& rules) {
            std::vector<int32_t> ids;
            {
              const nb::gil_scoped_release release;
              ids = self.finish(rules);
            }
            return to_numpy(std::move(ids));
          },
          "rules"_a);
  bind_counted(merger);
}

}  // namespace

void bind_builder(nb::module_& m) {
  bind_merger(m);
  nb::class_<CorpusBuilder> builder(m, "CorpusBuilder");
  builder.def(
      "__init__",
      [](CorpusBuilder* self, const Bytes& vocabulary, int ids_fd, int offsets_fd, int runs_fd,
         std::shared_ptr<const WordRules> rules, size_t n_threads, size_t table_bytes,
         bool replace_errors, bool count_only, bool keeps_empty) {
        const char* const words = reinterpret_cast<const char*>(vocabulary.data());
        new (self) CorpusBuilder(
            {ids_fd, offsets_fd, runs_fd}, {words, vocabulary.size()},
            {std::move(rules), n_threads, table_bytes, replace_errors, count_only, keeps_empty});
      },
      "vocabulary"_a, nb::kw_only(), "ids_fd"_a, "offsets_fd"_a, "runs_fd"_a, "rules"_a,
      "n_threads"_a, "table_bytes"_a, "replace_errors"_a, "count_only"_a, "keeps_empty"_a = false);
  bind_add(builder);
  bind_work(builder);
  bind_counted(builder);
  builder.def("finish", &CorpusBuilder::finish)
      .def("abandon", &CorpusBuilder::abandon)
      .def_prop_ro("n_bytes", &CorpusBuilder::n_bytes)
      .def_prop_ro("bytes_done", &CorpusBuilder::bytes_done)
      .def_prop_ro("n_kept_tokens",
                   [](const CorpusBuilder& self) { return self.corpus().n_tokens(); })
      .def_prop_ro("n_kept_sentences",
                   [](const CorpusBuilder& self) { return self.corpus().n_sentences(); });
}

}  // namespace huffvec
