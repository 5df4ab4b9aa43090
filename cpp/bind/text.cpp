// The Python module huffvec._text: see src/huffvec/_text.pyi for its types.
#include "bind/text.hpp"

namespace huffvec {
namespace {

// Messages hold paths, which need not be UTF-8.
void raise(const char* type, const char* message) {
  const nb::object error = nb::module_::import_("huffvec.errors").attr(type);
  const nb::object text = nb::steal(
      PyUnicode_DecodeUTF8(message, static_cast<Py_ssize_t>(std::strlen(message)), "replace"));
  PyErr_SetObject(error.ptr(), text.ptr());
}

void translate(const std::exception_ptr& error, void*) {
  try {
    std::rethrow_exception(error);
  } catch (const CorpusError& corpus_error) {
    raise("CorpusError", corpus_error.what());
  } catch (const OutputError& output_error) {
    raise("OutputError", output_error.what());
  }
}

void bind_rules(nb::module_& m) {
  nb::class_<WordRules>(m, "WordRules")
      .def(
          "__init__",
          [](WordRules* self, std::int64_t min_count, std::size_t max_words, const nb::bytes& keep,
             const nb::bytes& drop) {
            new (self) WordRules(min_count, max_words, {keep.c_str(), keep.size()},
                                 {drop.c_str(), drop.size()});
          },
          nb::kw_only(), "min_count"_a, "max_words"_a, "keep"_a, "drop"_a);
}

void bind_counter(nb::module_& m) {
  nb::class_<WordCounter> counter(m, "WordCounter");
  counter.def(
      "__init__",
      [](WordCounter* self, const nb::list& files, std::shared_ptr<const WordRules> rules,
         std::size_t n_threads, std::size_t block_bytes, bool replace_errors) {
        new (self) WordCounter(to_files(files), std::move(rules),
                               to_options(n_threads, block_bytes, replace_errors));
      },
      "files"_a, nb::kw_only(), "rules"_a, "n_threads"_a, "block_bytes"_a, "replace_errors"_a);
  bind_job(counter);
  bind_counted(counter);
}

void bind_encoder(nb::module_& m) {
  nb::class_<Encoder> encoder(m, "Encoder");
  encoder.def(
      "__init__",
      [](Encoder* self, const nb::list& files, const Bytes& words, int ids_fd, int offsets_fd,
         std::size_t n_threads, std::size_t block_bytes, bool replace_errors) {
        const char* first = reinterpret_cast<const char*>(words.data());
        new (self) Encoder(to_files(files), std::string(first, words.size()), ids_fd, offsets_fd,
                           to_options(n_threads, block_bytes, replace_errors));
      },
      "files"_a, "words"_a, nb::kw_only(), "ids_fd"_a, "offsets_fd"_a, "n_threads"_a,
      "block_bytes"_a, "replace_errors"_a);
  bind_job(encoder);
  encoder.def_prop_ro("n_tokens", &Encoder::n_tokens)
      .def_prop_ro("n_sentences", &Encoder::n_sentences);
}

}  // namespace
}  // namespace huffvec

NB_MODULE(_text, m) {
  m.doc() =
      "Passes over text files on all threads: counting words, encoding them, finding phrases.";
  nb::register_exception_translator(huffvec::translate, nullptr);
  huffvec::bind_rules(m);
  huffvec::bind_counter(m);
  huffvec::bind_encoder(m);
  huffvec::bind_phrases(m);
  huffvec::bind_builder(m);
  huffvec::bind_walks(m);
  huffvec::bind_tokenizer(m);
}
