"""SplitMix64 in plain Python integers: the twin of cpp/base/rng.hpp and cpp/base/alias.hpp."""

MASK = 2**64 - 1
STEP = 0x9E3779B97F4A7C15
SUBSAMPLE, WINDOW, NOISE, WEIGHTS = 1, 2, 3, 4


def mix(x: int) -> int:
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9 & MASK
    x = (x ^ (x >> 27)) * 0x94D049BB133111EB & MASK
    return x ^ (x >> 31)


class Rng:
    def __init__(self, seed: int, chunk: int, purpose: int) -> None:
        of_chunk = mix(mix((seed + STEP) & MASK) ^ ((chunk + STEP) & MASK))
        self.counter = mix(of_chunk ^ purpose)

    def next(self) -> int:
        self.counter = (self.counter + STEP) & MASK
        return mix(self.counter)

    def split(self) -> "Rng":
        other = Rng(0, 0, 0)
        other.counter = mix(self.next())
        return other

    def next32(self) -> int:
        return self.next() >> 32

    def below(self, n: int) -> int:
        return (self.next() >> 32) * n >> 32


class AliasTable:
    """Vose's method, step by step as the engine does it, so that the draws are the same."""

    def __init__(self, probs: list[float]) -> None:
        n = len(probs)
        scaled = [p * n for p in probs]
        self.entries = [(2**32 - 1, i) for i in range(n)]
        small = [i for i in range(n) if scaled[i] < 1]
        large = [i for i in range(n) if scaled[i] >= 1]
        while small and large:
            low, high = small.pop(), large[-1]
            self.entries[low] = (int(min(scaled[low] * 2**32, 2**32 - 1)), high)
            scaled[high] -= 1 - scaled[low]
            if scaled[high] < 1:
                small.append(large.pop())

    def draw(self, rng: Rng) -> int:
        random = rng.next()
        slot = (random >> 32) * len(self.entries) >> 32
        accept, alias = self.entries[slot]
        return slot if random % 2**32 < accept else alias
