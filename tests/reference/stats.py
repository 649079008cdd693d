#!/usr/bin/env python3
"""stats: what tests/stats.bats holds spk-stats against.

    stats.py stream samples|branching|weights | compose     a stream; needs nothing but Python
    stats.py values >tests/reference/stats.tsv              its statistics by numpy and scipy
    stats.py compare <tests/reference/stats.tsv             run spk-stats on samples.spk, branching.spk
                                                            and weights.spk, and compare
    stats.py elephant DIR                                   compare with what Elephant 1.2 gave for trains.csv,
                                                            in train_stats.csv and distances.csv

The values are computed from the definitions, with the functions that people use for them: numpy's mean, std,
var, corrcoef, quantile, histogram, matrix_rank and svd; scipy's variation, linregress and curve_fit. A row is
the arguments of spk-stats, a key of the row of its table ("population=a class=2"), a column and a value."""

import csv
import json
import os
import subprocess
import sys

UNITS = {"a": 8, "b": 5}
SAMPLES = [(20 * i + 130 * i, 90 + 10 * (i % 5), i % 3) for i in range(12)]  # begin, duration, label
BRANCHING_BINS, BRANCHING_BIN, BRANCHING_UNITS, BRANCHING_M = 900, 4, 60, 0.9
ROWS, COLS = 9, 11


def draws(seed):
    """Numbers in [0, 1) from Knuth's 64-bit linear congruential generator."""
    state = seed
    while True:
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        yield (state >> 11) / 2**53


def sample_spikes():
    """[(tick, population, unit)] in the order of a stream; the last unit of b is silent. Activity comes in
    waves, so that units are correlated, and depends on the label, so that ranks differ."""
    u = draws(1)
    spikes = []
    for begin, duration, label in SAMPLES:
        for name, units in UNITS.items():
            for t in range(begin, begin + duration):
                wave = 3 if t // 7 % 3 == 0 else 1
                for unit in range(units):
                    p = 0.02 * wave * (1 + unit % 3) * (2 if unit % 4 == label else 1)
                    if next(u) < p and (name, unit) != ("b", 4):
                        spikes.append((t, name, unit))
    return sorted(spikes)


def branching_spikes():
    """A branching process with immigration, its spikes dealt out to units and ticks of the bin."""
    u = draws(2)
    activity, spikes = 20, []
    for b in range(BRANCHING_BINS):
        activity = sum(next(u) < BRANCHING_M for _ in range(activity)) + sum(next(u) < 0.2 for _ in range(10))
        for _ in range(activity):
            spikes.append((b * BRANCHING_BIN + int(next(u) * BRANCHING_BIN), int(next(u) * BRANCHING_UNITS)))
    return sorted(set(spikes))


def weights():
    """Two snapshots of a dense array and of a sparse one, whose missing values are None. Exact in f32."""
    u = draws(3)

    def value():
        return int(next(u) * next(u) * 4096) / 1024

    return [([[value() for _ in range(COLS)] for _ in range(ROWS)],
             [[value() if next(u) < 0.3 else None for _ in range(COLS)] for _ in range(ROWS)]) for _ in range(2)]


# ---- streams -----------------------------------------------------------------------------------------------


def put_samples():
    print("tick 1/1000", "classes 3", *(f"spikes {n} {k}" for n, k in UNITS.items()), "begin", sep="\n")
    spikes = sample_spikes()
    for i, (begin, duration, label) in enumerate(SAMPLES):
        print("sample", i, begin, duration, label)
        for channel, name in enumerate(UNITS):
            for t, n, unit in spikes:
                if n == name and begin <= t < begin + duration:
                    print("at", channel + 1, t, unit)
    print("end", SAMPLES[-1][0] + SAMPLES[-1][1])


def put_branching():
    print("tick 1/1000", f"spikes net {BRANCHING_UNITS}", "begin", sep="\n")
    for t, unit in branching_spikes():
        print("at", 1, t, unit)
    print("end", BRANCHING_BINS * BRANCHING_BIN)


def put_weights():
    print(f"weights in->out {ROWS} {COLS} f32", f"weights out->out {ROWS} {COLS} f64 sparse", "begin", sep="\n")
    for i, (dense, sparse) in enumerate(weights()):
        print("snapshot", 100 * (i + 1))
        for r, row in enumerate(dense):
            print("row", 1, r, *row)
        for r, row in enumerate(sparse):
            print("row", 2, r, *(x for c, v in enumerate(row) if v is not None for x in (c, v)))
    print("end", 0)


# ---- values ------------------------------------------------------------------------------------------------


def put(arguments, key, **columns):
    for column, value in columns.items():
        print(arguments, key, column, "null" if value is None else repr(float(value)), sep="\t")


def intervals(trains):
    """All intervals of a unit, and those that meet; `trains` has one array for each sample."""
    import numpy as np
    gaps = [np.diff(t) for t in trains]
    pairs = [(g[:-1], g[1:]) for g in gaps if len(g) > 1]
    return np.concatenate(gaps), [np.concatenate(x) for x in zip(*pairs)] if pairs else None


def put_isi(arguments, name, trains, least):
    import numpy as np
    from scipy.stats import variation
    rows = []
    for unit in trains:
        gaps, pairs = intervals(unit)
        if len(gaps) < least:
            continue
        a, b = pairs
        rows.append((np.mean(gaps), variation(gaps), 2 * np.mean(np.abs(b - a) / (a + b)),
                     3 * np.mean(((b - a) / (a + b)) ** 2), len(gaps)))
    mean, cv, cv2, lv, _ = np.mean(rows, axis=0)
    put(arguments, f"population={name}", units=len(rows), intervals=sum(r[-1] for r in rows), mean_ms=mean, cv=cv,
        cv2=cv2, lv=lv)


def counts_in_bins(trains, spans, width):
    """[unit][bin] over all samples; bins that a sample's end cuts are left out, and histogram must not see a spike
    on the last edge, which it would count."""
    import numpy as np

    def counts(times, begin, end):
        edges = begin + width * np.arange((end - begin) // width + 1)
        return np.histogram(times[times < edges[-1]], edges)[0]

    return np.array([np.concatenate([counts(t, *span) for t, span in zip(unit, spans)]) for unit in trains])


def put_spikes(arguments, trains_of, spans):
    """`arguments` are the options that come with every method."""
    import numpy as np
    seconds = sum(e - b for b, e in spans) / 1000
    for name, trains in trains_of.items():
        key = f"population={name}"
        total = np.array([sum(map(len, unit)) for unit in trains])
        rates = total / seconds
        put(f"rates{arguments}", key, units=len(trains), samples=len(spans), time_s=seconds, spikes=total.sum(),
            mean_Hz=rates.mean(), sd_Hz=rates.std(), min_Hz=rates.min(), max_Hz=rates.max(), silent=(total == 0).sum())
        put_isi(f"isi{arguments}", name, trains, 3)
        put_isi(f"isi --min-intervals 20{arguments}", name, trains, 20)
        for width in (20, 7):
            counts = counts_in_bins(trains, spans, width)
            fired = counts[counts.sum(axis=1) > 0]
            fano = fired.var(axis=1) / fired.mean(axis=1)
            put(f"fano --window {width}ms{arguments}", key, windows=counts.shape[1], units=len(fano), mean=fano.mean(),
                sd=fano.std())
        counts = counts_in_bins(trains, spans, 5)
        varying = counts[counts.std(axis=1) > 0]
        pairs = np.corrcoef(varying)[np.triu_indices(len(varying), 1)]
        put(f"correlation{arguments}", key, bins=counts.shape[1], units=len(varying), pairs=len(pairs), mean=pairs.mean(),
            sd=pairs.std(), min=pairs.min(), max=pairs.max())


def effective_rank(matrix):
    import numpy as np
    s = np.linalg.svd(matrix, compute_uv=False)
    p = s[s > 1e-9 * s[0]] / s[s > 1e-9 * s[0]].sum()
    return np.exp(-(p * np.log(p)).sum())


def put_kernel(arguments, name, states, labels):
    import numpy as np
    ranks = [np.linalg.matrix_rank(states[labels == c]) for c in range(3)]
    put(arguments, f"population={name} class=all", samples=len(states), units=states.shape[1],
        rank=np.linalg.matrix_rank(states), effective_rank=effective_rank(states), generalisation=np.mean(ranks))
    for c in range(3):
        some = states[labels == c]
        put(arguments, f"population={name} class={c}", samples=len(some), rank=ranks[c],
            effective_rank=effective_rank(some), generalisation=None)


def put_psth(arguments, name, trains, spans, width, begin_ms):
    import numpy as np
    longest = max(e - b for b, e in spans)
    for k in range(longest // width):
        whole = [s for s, (b, e) in enumerate(spans) if e - b >= (k + 1) * width]
        n = sum(np.count_nonzero((unit[s] >= spans[s][0] + k * width) & (unit[s] < spans[s][0] + (k + 1) * width))
                for unit in trains for s in whole)
        put(arguments, f"population={name} t_ms={begin_ms + k * width}", samples=len(whole), spikes=n,
            rate_Hz=n / (len(whole) * len(trains) * width / 1000))


def values_of_samples():
    import numpy as np
    spikes = sample_spikes()

    def trains(name, spans):
        return [[np.array([t for t, n, u in spikes if (n, u) == (name, unit) and b <= t < e]) for b, e in spans]
                for unit in range(UNITS[name])]

    labels = np.array([s[2] for s in SAMPLES])
    whole = [(b, b + d) for b, d, _ in SAMPLES]
    part = [(b + 13, min(b + 104, b + d)) for b, d, _ in SAMPLES]
    for arguments, spans in (" samples.spk", whole), (" --from 13ms --until 104ms samples.spk", part):
        put_spikes(arguments, {name: trains(name, spans) for name in UNITS}, spans)
        for name in UNITS:
            t = trains(name, spans)
            put_kernel("kernel" + arguments, name, np.array([list(map(len, unit)) for unit in t]).T, labels)
            put_psth("psth --bin 20ms" + arguments, name, t, spans, 20, spans[0][0] - whole[0][0])


def values_of_branching():
    import numpy as np
    from scipy.optimize import curve_fit
    from scipy.stats import linregress
    activity = np.histogram([t for t, _ in branching_spikes()], BRANCHING_BIN * np.arange(BRANCHING_BINS + 1))[0]
    for lags in 100, 12:
        k = np.arange(1, lags + 1)
        slopes = [linregress(activity[:-i], activity[i:]).slope for i in k]
        (m, b), _ = curve_fit(lambda x, m, b: b * m**x, k, slopes, (0.8, 1), ftol=1e-15, xtol=1e-15, gtol=1e-15)
        now, then = activity[:-1], activity[1:]
        put(f"branching --lags {lags} branching.spk", "population=net", bins=len(activity),
            spikes_per_bin=activity.mean(), sigma=np.mean(then[now > 0] / now[now > 0]), m=m, b=b,
            tau_ms=-BRANCHING_BIN / np.log(m))
    for i in 1, 2, 50, 100:
        put("branching --per-lag branching.spk", f"population=net lag={i}", lag_ms=i * BRANCHING_BIN,
            slope=slopes_at(activity, i))


def slopes_at(activity, lag):
    from scipy.stats import linregress
    return linregress(activity[:-lag], activity[lag:]).slope


def values_of_weights():
    import numpy as np
    for i, arrays in enumerate(weights()):
        for name, rows in zip(("in->out.weight", "out->out.weight"), arrays):
            x = np.array([v for row in rows for v in row if v is not None])
            q = np.quantile(x, [0, 0.05, 0.25, 0.5, 0.75, 0.95, 1])
            put("weights weights.spk", f"array={name} snapshot={i + 1}", samples=100 * (i + 1), n=len(x),
                mean=x.mean(), sd=x.std(), **dict(zip(("min", "q05", "q25", "q50", "q75", "q95", "max"), q)))
            count, edges = np.histogram(x, 6)
            for k in range(6):
                put("weights --histogram 6 weights.spk", f"array={name} snapshot={i + 1} low={edges[k]!r}",
                    high=edges[k + 1], count=count[k])


# ---- comparing ---------------------------------------------------------------------------------------------


def same(a, b, tolerance=1e-8):
    return a == b or None not in (a, b) and abs(a - b) <= tolerance * max(abs(a), abs(b), 1e-3)


def has(row, key):
    """Is this the row that the key means? Numbers there may have been rounded."""
    for field in key.split():
        name, _, value = field.partition("=")
        if isinstance(row[name], str) or value == "all":
            if row[name] != value:
                return False
        elif not same(row[name], float(value)):
            return False
    return True


def table(arguments, stream=None):
    text = subprocess.run(["spk-stats", "--json", *arguments.split()], check=True, input=stream, capture_output=True).stdout
    return [json.loads(row) for row in text.splitlines()]


class Comparison:
    n = wrong = 0

    def __call__(self, what, values, expected):
        self.n += 1
        if len(values) != 1 or not same(values[0], expected):
            self.wrong += 1
            print(f"{what}: {values}, expected {expected}")

    def end(self):
        print(f"{self.n} values, {self.wrong} wrong")
        return self.wrong > 0


def compare():
    tables, check = {}, Comparison()
    for line in sys.stdin:
        arguments, key, column, value = line.rstrip("\n").split("\t")
        if arguments not in tables:
            tables[arguments] = table(arguments)
        rows = [row[column] for row in tables[arguments] if has(row, key)]
        check(f"spk-stats {arguments}: {key}: {column}", rows, json.loads(value))
    return check.end()


def stream_of(populations):
    """Of {name: trains}, times in units of 1e-6 s; the last spike may be at 1 s."""
    lines = ["tick 1/1000000", *(f"spikes {name} {len(trains)}" for name, trains in populations.items()), "begin"]
    spikes = sorted((t, channel, unit) for channel, trains in enumerate(populations.values(), 1)
                    for unit, train in enumerate(trains) for t in train)
    lines += [f"at {channel} {t} {unit}" for t, channel, unit in spikes] + ["end 1000001\n"]
    compose = os.path.join(os.environ["BUILD"], "unit", "compose")
    return subprocess.run([compose], check=True, input="\n".join(lines).encode(), capture_output=True).stdout


def elephant(directory):
    def rows(name):
        with open(os.path.join(directory, name), newline="") as f:
            return list(csv.DictReader(f))

    def number(text):
        return None if text == "nan" else float(text)

    def value(table_, name, column):
        return [row[column] for row in table_ if row["population"] == name]

    pairs = {row["pair"]: ([], []) for row in rows("trains_meta.csv")}
    for row in rows("trains.csv"):
        pairs[row["pair"]]["ab".index(row["train"])].append(round(float(row["time_s"]) * 1e6))
    single = stream_of({f"{name}.{'ab'[i]}": [pair[i]] for name, pair in pairs.items() for i in range(2)})
    double, check = stream_of(pairs), Comparison()
    rates, isi = table("rates --until 1s", single), table("isi --min-intervals 1", single)
    for row in rows("train_stats.csv"):
        name, stat = f"{row['pair']}.{row['train']}", row["stat"]
        if stat == "mean_rate_hz" and row["pair"] != "edges":  # which has a spike at 1 s
            check(f"{name} rate", value(rates, name, "mean_Hz"), number(row["value"]))
        elif stat in ("cv", "cv2", "lv"):
            check(f"{name} {stat}", value(isi, name, stat), number(row["value"]))
        elif stat == "fano_counts":
            window = row["param"].split()[0].replace("bin_s=", "") + "s"
            check(f"{name} fano {window}", value(table(f"fano --until 1s --window {window}", single), name, "mean"),
                  number(row["value"]))
    for row in rows("distances.csv"):
        if row["metric"] == "corrcoef_counts" and row["pair"] != "edges":
            bins = table(f"correlation --until 1s --bin {row['param'].replace('bin_s=', '')}s", double)
            check(f"{row['pair']} correlation {row['param']}", value(bins, row["pair"], "mean"), number(row["value"]))
    return check.end()


if __name__ == "__main__":
    task = sys.argv[1] if len(sys.argv) > 1 else ""
    if task == "stream" and len(sys.argv) == 3:
        {"samples": put_samples, "branching": put_branching, "weights": put_weights}[sys.argv[2]]()
    elif task == "values":
        values_of_samples()
        values_of_branching()
        values_of_weights()
    elif task == "compare":
        sys.exit(compare())
    elif task == "elephant" and len(sys.argv) == 3:
        sys.exit(elephant(sys.argv[2]))
    else:
        sys.exit(__doc__)
