// The classes of huffvec._text that find phrases: see src/huffvec/_text.pyi for their types.
#include "phrases/phrases.hpp"

#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>

#include <span>

#include "bind/text.hpp"

namespace huffvec {
namespace {

using Ids = Array<uint32_t>;

template <class T>
std::vector<T> to_vector(const Array<T>& values) {
  return {values.data(), values.data() + values.size()};
}

void check_lengths(const Ids& ids, std::initializer_list<const Ids*> others) {
  for (const Ids* other : others) {
    if (other->size() != ids.size()) {
      throw nb::value_error("arrays of a level must have the same length");
    }
  }
}

PairMap to_map(const Ids& left_ids, const Ids& right_ids) {
  check_lengths(left_ids, {&right_ids});
  PairMap map(left_ids.size());
  for (size_t i = 0; i < left_ids.size(); i++) {
    map.insert(pair_key(left_ids.data()[i], right_ids.data()[i]), 0);
  }
  return map;
}

PairMap to_level(const nb::tuple& arrays, const PairKeys& keys) {
  const Ids left_ids = nb::cast<Ids>(arrays[0]);
  const Ids runs = nb::cast<Ids>(arrays[1]);
  const Ids right_ids = nb::cast<Ids>(arrays[2]);
  const Ids phrase_ids = nb::cast<Ids>(arrays[3]);
  check_lengths(left_ids, {&runs, &right_ids, &phrase_ids});
  PairMap map(left_ids.size());
  for (size_t i = 0; i < left_ids.size(); i++) {
    map.insert(keys.key(left_ids.data()[i], runs.data()[i], right_ids.data()[i]),
               phrase_ids.data()[i]);
  }
  return map;
}

std::shared_ptr<PhraseTables> make_tables(const Bytes& words, size_t n_units,
                                          const nb::list& levels, const Ids& left_seams,
                                          const Ids& right_seams, const Ids& connectors,
                                          int id_bits) {
  auto tables = std::make_shared<PhraseTables>();
  tables->n_units = n_units;
  tables->keys = {id_bits};
  for (size_t i = 0; i < connectors.size(); i++) {
    const size_t id = connectors.data()[i];
    if (tables->connectors.size() <= id) tables->connectors.resize(id + 1);
    tables->connectors[id] = ++tables->n_connectors;
  }
  tables->text.assign(reinterpret_cast<const char*>(words.data()), words.size());
  std::string_view rest = tables->text;
  while (!rest.empty()) {
    const std::string_view word = rest.substr(0, rest.find('\n'));
    tables->words.add_reference(make_token(word), 0);
    rest.remove_prefix(std::min(word.size() + 1, rest.size()));
  }
  for (nb::handle level : levels) {
    tables->levels.push_back(to_level(nb::cast<nb::tuple>(level), tables->keys));
  }
  tables->seams = to_map(left_seams, right_seams);
  return tables;
}

void bind_unit_counter(nb::module_& m) {
  nb::class_<UnitCounter> units(m, "UnitCounter");
  units.def(
      "__init__",
      [](UnitCounter* self, const nb::list& files, std::shared_ptr<PhraseTables> tables,
         int shard_bits, size_t n_threads, size_t block_bytes, bool replace_errors) {
        new (self) UnitCounter(to_files(files), std::move(tables), shard_bits,
                               to_options(n_threads, block_bytes, replace_errors));
      },
      "files"_a, "tables"_a, nb::kw_only(), "shard_bits"_a, "n_threads"_a, "block_bytes"_a,
      "replace_errors"_a);
  bind_job(units);
  units.def_prop_ro("n_units", &UnitCounter::n_units).def("counts", [](const UnitCounter& self) {
    return to_numpy(self.counts());
  });
}

void bind_pair_counter(nb::module_& m) {
  nb::class_<PairCounter> pairs(m, "PairCounter");
  pairs.def(
      "__init__",
      [](PairCounter* self, const nb::list& files, std::shared_ptr<PhraseTables> tables,
         const UnitCounter& units, const Array<double>& weights, double offset, int64_t min_count,
         int shard_bits, size_t n_threads, size_t block_bytes, bool replace_errors) {
        require(weights.size() == units.counts().size(), "weights must have one number a unit");
        PairRule rule{units.counts(), to_vector(weights), offset, min_count, tables->keys};
        new (self) PairCounter(to_files(files), std::move(tables), units.sketch(), std::move(rule),
                               shard_bits, to_options(n_threads, block_bytes, replace_errors));
      },
      "files"_a, "tables"_a, "units"_a, nb::kw_only(), "weights"_a, "offset"_a, "min_count"_a,
      "shard_bits"_a, "n_threads"_a, "block_bytes"_a, "replace_errors"_a, nb::keep_alive<1, 4>());
  bind_job(pairs);
  pairs.def_prop_ro("floor", [](const PairCounter& self) { return self.result().floor; })
      .def("left_ids", [](const PairCounter& self) { return to_numpy(self.result().left_ids); })
      .def("right_ids", [](const PairCounter& self) { return to_numpy(self.result().right_ids); })
      .def("runs", [](const PairCounter& self) { return to_numpy(self.result().runs); })
      .def("counts", [](const PairCounter& self) { return to_numpy(self.result().counts); });
}

}  // namespace

void bind_phrases(nb::module_& m) {
  nb::class_<PhraseTables>(m, "PhraseTables")
      .def(nb::new_(&make_tables), "words"_a, "n_units"_a, "levels"_a, "left_seams"_a,
           "right_seams"_a, "connectors"_a, "id_bits"_a);
  bind_unit_counter(m);
  bind_pair_counter(m);
  nb::class_<PhraseWriter> writer(m, "PhraseWriter");
  writer.def(
      "__init__",
      [](PhraseWriter* self, const nb::list& files, std::shared_ptr<PhraseTables> tables,
         const std::string& delimiter, int fd, size_t n_threads, size_t block_bytes,
         bool replace_errors) {
        new (self) PhraseWriter(to_files(files), std::move(tables), delimiter, fd,
                                to_options(n_threads, block_bytes, replace_errors));
      },
      "files"_a, "tables"_a, nb::kw_only(), "delimiter"_a, "fd"_a, "n_threads"_a, "block_bytes"_a,
      "replace_errors"_a);
  bind_job(writer);
  writer.def_prop_ro("n_words", &PhraseWriter::n_words)
      .def_prop_ro("n_units", &PhraseWriter::n_units);
}

}  // namespace huffvec
