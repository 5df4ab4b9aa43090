// The Python module huffvec._text: see src/huffvec/_text.pyi for its types.
#include "bind/text.hpp"

#include "text/word_rules.hpp"

namespace huffvec {
namespace {

// Messages hold paths, which need not be UTF-8.
void raise(const char* type, const char* message, const Advice& advice = {}) {
  const nb::module_ errors = nb::module_::import_("huffvec.errors");
  const nb::object text = nb::steal(
      PyUnicode_DecodeUTF8(message, static_cast<Py_ssize_t>(std::strlen(message)), "replace"));
  nb::object error;
  if (*advice.option != '\0') {
    const nb::object option = errors.attr("OptionName")(advice.option, advice.value);
    error = errors.attr(type)(text, option, advice.rest);
  } else {
    error = errors.attr(type)(text);
  }
  PyErr_SetObject(reinterpret_cast<PyObject*>(Py_TYPE(error.ptr())), error.ptr());
}

void translate(const std::exception_ptr& error, void*) {
  try {
    std::rethrow_exception(error);
  } catch (const CorpusError& corpus_error) {
    raise("CorpusError", corpus_error.what(), corpus_error.advice);
  } catch (const OutputError& output_error) {
    raise("OutputError", output_error.what());
  }
}

void bind_rules(nb::module_& m) {
  nb::class_<WordRules>(m, "WordRules")
      .def(
          "__init__",
          [](WordRules* self, int64_t min_count, size_t max_words, const nb::bytes& keep,
             const nb::bytes& drop) {
            new (self) WordRules(min_count, max_words, {keep.c_str(), keep.size()},
                                 {drop.c_str(), drop.size()});
          },
          nb::kw_only(), "min_count"_a, "max_words"_a, "keep"_a, "drop"_a);
}

}  // namespace
}  // namespace huffvec

NB_MODULE(_text, m) {
  m.doc() = "Work on text on all threads: counting and encoding words, phrases, walks, features.";
  nb::register_exception_translator(huffvec::translate, nullptr);
  huffvec::bind_rules(m);
  huffvec::bind_phrases(m);
  huffvec::bind_builder(m);
  huffvec::bind_walks(m);
  huffvec::bind_tokenizer(m);
  huffvec::bind_features(m);
  huffvec::bind_bags(m);
}
