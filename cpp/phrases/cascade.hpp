// Joins units to phrases, the ones of all passes at once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "phrases/units.hpp"

namespace huffvec {

// Joins units by one pass after the other, from left to right, as they come.
class Cascade {
 public:
  explicit Cascade(const PhraseTables& tables) : tables_(tables), pending_(tables.levels.size()) {}

  template <class Use>
  void push(const Unit& unit, const Use& use, size_t level = 0) {
    if (level == pending_.size()) return use(unit);
    Pending& pending = pending_[level];
    if (const uint32_t connector = tables_.connector(unit.id)) {
      if (!pending.unit) return push(unit, use, level + 1);
      pending.connectors.push_back(unit);
      pending.gap.add(connector, tables_.n_connectors);
      return;
    }
    const uint32_t phrase = find(pending, unit, level);
    if (phrase == PairMap::kMissing) {
      pass_on(use, level);
      pending.unit = unit;
    } else {
      const Unit left = *pending.unit;
      pending = {};
      push({phrase, true, left.begin, unit.end}, use, level + 1);
    }
  }

  // What came so far is followed by nothing that could be joined to it.
  template <class Use>
  void flush(const Use& use) {
    for (size_t level = 0; level < pending_.size(); level++) pass_on(use, level);
  }

 private:
  // A unit that may still be joined to the next, and the connector words behind it.
  struct Pending {
    std::optional<Unit> unit;
    std::vector<Unit> connectors;
    Gap gap;
  };

  uint32_t find(const Pending& pending, const Unit& right, size_t level) const {
    if (!pending.unit || !pending.gap.is_short()) return PairMap::kMissing;
    if (pending.unit->id == Unit::kUnknown || right.id == Unit::kUnknown) return PairMap::kMissing;
    return tables_.levels[level].find(
        tables_.keys.key(pending.unit->id, pending.gap.run(), right.id));
  }

  template <class Use>
  void pass_on(const Use& use, size_t level) {
    if (!pending_[level].unit) return;
    const Pending passed = std::exchange(pending_[level], {});
    push(*passed.unit, use, level + 1);
    for (const Unit& unit : passed.connectors) push(unit, use, level + 1);
  }

  const PhraseTables& tables_;
  std::vector<Pending> pending_;
};

}  // namespace huffvec
