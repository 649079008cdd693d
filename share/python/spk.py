"""Read .spk streams (man 5 spk-stream) with Python's standard library and the zstd command.

    import spk

    with spk.open("out.spk") as stream:          # "-" reads stdin
        print(stream.header["tick"], [step["tool"] for step in stream.provenance])
        for item in stream:
            if isinstance(item, spk.Spikes):
                print(item.sample.number, item.channel["name"], item.ticks, item.units)

    for array, rows in spk.arrays("weights.spk").items():   # of the last snapshot
        print(array, len(rows), len(rows[0]))

As a program it prints rows as spk-view does, without the columns of time:

    python3 spk.py spikes|samples|frames|predictions|traces|weights|header|steps FILE

Ticks, units and values are arrays of the standard module `array`, which numpy.asarray() takes as they
are. A damaged stream raises spk.Error, one without its END spk.Truncated, after all intact items.
Checksums and digests are those of xxHash: of the module xxhash where there is one, else of the shared
library libxxhash. Without both only sizes, order, counts and the links of the history are checked, and a
warning says so once.
"""

import array as _array
import collections
import contextlib
import ctypes
import ctypes.util
import functools
import io
import json
import os
import struct
import subprocess
import sys
import threading

MAGIC = b"\x89SPK\r\n\x1a\n"
VERSION = 0x0100
KINDS = {
    1: "HEADER", 2: "PROVENANCE", 3: "SPIKES", 4: "SAMPLE", 5: "WEIGHTS_DENSE", 6: "WEIGHTS_SPARSE",
    7: "TRACE", 8: "NETWORK", 9: "STATE", 10: "WATERMARK", 11: "METRIC", 12: "ATTACH", 13: "FRAME",
    14: "PREDICTION", 15: "SNAPSHOT", 255: "END",
}
MAX_PAYLOAD = 64 << 20
MAX_SPIKES = 65536
MAX_CELLS = 4194304
CRITICAL = 1
DTYPES = {"f32": (1, "f"), "f64": (2, "d"), "f16": (3, "e"), "u8": (4, "B")}

Sample = collections.namedtuple("Sample", "number begin duration label attempts json")
Spikes = collections.namedtuple("Spikes", "channel sample ticks units")
Frame = collections.namedtuple("Frame", "channel sample begin duration values")
Trace = collections.namedtuple("Trace", "channel sample t0 period rows")
Prediction = collections.namedtuple("Prediction", "channel sample label scores")
Snapshot = collections.namedtuple("Snapshot", "samples tick")
# Dense: rows are arrays of values. Sparse: rows are lists of (column, value).
Rows = collections.namedtuple("Rows", "array row0 rows")
Watermark = collections.namedtuple("Watermark", "id tick")
Record = collections.namedtuple("Record", "kind id payload")  # what has no class of its own


class Error(ValueError):
    """The stream is damaged, or not one."""


class Truncated(Error):
    """The stream ended without END: it is not complete."""


# ---- checksums ---------------------------------------------------------------------------------


class _Hash128(ctypes.Structure):
    _fields_ = [("low", ctypes.c_uint64), ("high", ctypes.c_uint64)]

    def number(self):
        return self.high << 64 | self.low


class _Library:
    """What is used of the module xxhash, from the shared library of the same name."""

    def __init__(self, library):
        pointer, size = ctypes.c_void_p, ctypes.c_size_t
        for name, result, *arguments in (
                ("XXH3_64bits", ctypes.c_uint64, ctypes.c_char_p, size),
                ("XXH3_createState", pointer), ("XXH3_freeState", ctypes.c_int, pointer),
                ("XXH3_128bits_reset", ctypes.c_int, pointer),
                ("XXH3_128bits_update", ctypes.c_int, pointer, ctypes.c_char_p, size),
                ("XXH3_128bits_digest", _Hash128, pointer)):
            function = getattr(library, name)  # an old library has no XXH3: AttributeError
            function.restype, function.argtypes = result, arguments
        self._library = library

    def xxh3_64_intdigest(self, data):
        return self._library.XXH3_64bits(data, len(data))

    def xxh3_128(self):
        return _Running(self._library)


class _Running:
    """XXH3-128 of data that comes in pieces."""

    def __init__(self, library):
        self._library = library
        self._state = library.XXH3_createState()
        if not self._state:
            raise MemoryError
        library.XXH3_128bits_reset(self._state)

    def __del__(self):
        self._library.XXH3_freeState(self._state)

    def update(self, data):
        self._library.XXH3_128bits_update(self._state, data, len(data))

    def intdigest(self):
        return self._library.XXH3_128bits_digest(self._state).number()


@functools.lru_cache(maxsize=None)  # found, or missed, once
def _xxhash():
    try:
        import xxhash
        if hasattr(xxhash, "xxh3_128"):
            return xxhash
    except ImportError:
        pass
    for name in "libxxhash.so.0", ctypes.util.find_library("xxhash"):
        try:
            if name:
                return _Library(ctypes.CDLL(name))
        except (OSError, AttributeError):
            pass
    print("spk.py: warning: checksums are not verified: neither the module xxhash nor libxxhash is there",
          file=sys.stderr)
    return None


# ---- bytes -------------------------------------------------------------------------------------


def _feed(source, first, sink):
    """Copy a source that cannot be handed to zstd itself, because its first bytes were looked at."""
    try:
        with sink:
            sink.write(first)
            while True:
                block = source.read(1 << 16)
                if not block:
                    break
                sink.write(block)
    except BrokenPipeError:
        pass


class _Bytes:
    """The logical bytes of a file: as they are, or what zstd prints."""

    def __init__(self, file):
        first = file.read(4)
        self.zstd = None
        self.offset = 0
        if first == MAGIC[:4]:
            self.file, self.first = file, first
            return
        if first != b"\x28\xb5\x2f\xfd":
            raise Error("not a .spk stream" if first else "the input is empty, not a .spk stream")
        self.zstd = subprocess.Popen(
            ["zstd", "-dcq", "--long=27"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE)
        threading.Thread(target=_feed, args=(file, first, self.zstd.stdin), daemon=True).start()
        self.file, self.first = self.zstd.stdout, b""

    def read(self, n):
        """n bytes, or fewer at the end."""
        parts, have = [self.first[:n]], len(self.first[:n])
        self.first = self.first[n:]
        while have < n:
            part = self.file.read(n - have)
            if not part:
                break
            parts.append(part)
            have += len(part)
        self.offset += have
        return b"".join(parts)

    def complaint(self):
        """At the end: what zstd has to say against the file, or ""."""
        if not self.zstd or self.zstd.wait() == 0:
            return ""
        return self.zstd.stderr.read().decode(errors="replace").strip() or "damaged zstd frame"

    def close(self):
        if not self.zstd:
            return
        self.zstd.kill()
        self.zstd.stdout.close()
        self.zstd.stderr.close()
        self.zstd.wait()


def _merge(planes, n, width, code):
    """`width` byte planes of n bytes each as an array of little-endian numbers."""
    mixed = bytearray(n * width)
    for k in range(width):
        mixed[k::width] = planes[k * n:(k + 1) * n]
    if code == "e":
        return _array.array("f", (x for x, in struct.iter_unpack("<e", bytes(mixed))))
    values = _array.array(code)
    values.frombytes(bytes(mixed))
    if sys.byteorder == "big":
        values.byteswap()
    return values


def _padded(n):
    return (n + 7) // 8 * 8


def _json(text):
    """Bytes that are not UTF-8, as file names may hold, are kept as they are."""
    return json.loads(text.decode("utf-8", "surrogateescape"))


# ---- payloads ----------------------------------------------------------------------------------


def _numbers(columns, n, shift, planes):
    """The numbers of codec 2 and 4, and how many bytes they take."""
    if shift % 2 or shift > 30 or planes > 4:
        raise Error("a form of numbers that is not known")
    whole, at = shift // 8, 0
    values = [0] * n
    for k in range(whole):
        for i, byte in enumerate(columns[at:at + n]):
            values[i] |= byte << 8 * k
        at += n
    bit = 8 * whole
    for bits, per_byte in ((2, 4), (4, 2)):
        if not shift & bits:
            continue
        m = -(-n // per_byte)
        for i in range(n):
            values[i] |= (columns[at + i % m] >> bits * (i // m) & ((1 << bits) - 1)) << bit
        at += m
        bit += bits
    for k in range(planes):
        for i, byte in enumerate(columns[at:at + n]):
            values[i] |= byte << shift + 8 * k
        at += n
    return values, at


def _raw(columns, n):
    ticks = _array.array("Q", (t for t, in struct.iter_unpack("<Q", columns[:8 * n])))
    units = _array.array("I", (u for u, in struct.iter_unpack("<I", columns[8 * n:12 * n])))
    return ticks, units, 12 * n


def _gaps(columns, n, t0, size, shift, planes):
    if planes > 4:  # gaps of more than 32 bits
        gaps, used = [0] * n, planes * n
        for k in range(planes):
            for i, byte in enumerate(columns[k * n:(k + 1) * n]):
                gaps[i] |= byte << 8 * k
    else:
        gaps, used = _numbers(columns, n, shift, planes)
    ticks, units, tick, unit = _array.array("Q"), _array.array("I"), t0, 0
    for gap in gaps:
        more, unit = divmod(unit + gap, size)
        tick += more
        ticks.append(tick)
        units.append(unit)
    return ticks, units, used


def _intervals(columns, n, t0, size, shift, planes, count_bytes, windows):
    begins = [t0]
    for more, in struct.iter_unpack("<Q", columns[:8 * (windows - 1)]):
        begins.append(begins[-1] + more)
    cells, at = windows * size, 8 * (windows - 1)
    if cells > MAX_CELLS:
        raise Error("it has too many cells")
    counts = [0] * cells
    for k in range(count_bytes):
        for i, byte in enumerate(columns[at:at + cells]):
            counts[i] |= byte << 8 * k
        at += cells
    if sum(counts) != n:
        raise Error("its counts do not add up")
    values, used = _numbers(columns[at:], n, shift, planes)
    spikes, next_value = [], 0
    for cell in sorted(range(cells), key=counts.__getitem__):  # stable: then by window, unit
        tick = begins[cell // size] - 1
        for value in values[next_value:next_value + counts[cell]]:
            tick += value
            spikes.append((tick, cell % size))
        next_value += counts[cell]
    spikes.sort()
    ticks = _array.array("Q", (t for t, _ in spikes))
    return ticks, _array.array("I", (u for _, u in spikes)), at + used


def _spikes(payload, size):
    head = struct.Struct("<QIBBBBIBBH")
    t0, n, codec, order, version, shift, units, planes, count_bytes, windows = head.unpack_from(payload)
    if not 0 < n <= MAX_SPIKES or units != size or order != 1 or version != 0:
        raise Error("a head of spikes that is out of range")
    columns = payload[head.size:]
    if codec == 0:
        ticks, units, used = _raw(columns, n)
    elif codec == 2:
        ticks, units, used = _gaps(columns, n, t0, size, shift, planes)
    elif codec == 4:
        ticks, units, used = _intervals(columns, n, t0, size, shift, planes, count_bytes, windows)
    else:
        raise Error("codec %d is not known" % codec)
    if len(columns) != _padded(used) or len(ticks) != n:
        raise Error("its size does not fit the number of spikes")
    if ticks[-1] == 2**64 - 1:
        raise Error("a tick is too large")
    return ticks, units


def _values(payload, at, n, dtype):
    number, code = DTYPES[dtype]
    width = struct.calcsize(code)
    if len(payload) != _padded(at + n * width):
        raise Error("its size does not fit its content")
    return _merge(payload[at:], n, width, code)


def _frames(payload, channel):
    n, size, dtype = struct.unpack_from("<IIQ", payload)
    if size != channel["n"] or dtype != DTYPES[channel["dtype"]][0]:
        raise Error("its values are not the channel's")
    times = struct.unpack_from("<%dQ" % (2 * n), payload, 16)
    values = _values(payload, 16 + 16 * n, n * size, channel["dtype"])
    scale = channel.get("scale", 1)
    for i in range(n):
        frame = values[i * size:(i + 1) * size]
        if channel["dtype"] == "u8":
            frame = _array.array("f", (scale * x for x in frame))
        yield times[i], times[n + i], frame


def _trace(payload, channel):
    t0, rows, size, dtype, predictor = struct.unpack_from("<QIIII", payload)
    if size != channel["n"] or dtype != DTYPES[channel["dtype"]][0] or predictor > 1:
        raise Error("its values are not the channel's")
    values = _values(payload, 24, rows * size, channel["dtype"])
    raw, width = bytearray(values.tobytes()), size * values.itemsize
    if predictor:
        for i in range(width, len(raw)):
            raw[i] ^= raw[i - width]
    values = _array.array(values.typecode, bytes(raw))
    return t0, [values[i * size:(i + 1) * size] for i in range(rows)]


def _rows(payload, array, sparse):
    rows, cols, row0, n, dtype, planes = struct.unpack_from("<QQQQBB", payload)
    if (rows, cols, dtype) != (array["rows"], array["cols"], DTYPES[array["dtype"]][0]):
        raise Error("its shape or type is not the array's")
    if not sparse:
        values = _values(payload, 40, n * cols, array["dtype"])
        return row0, [values[i * cols:(i + 1) * cols] for i in range(n)]
    cells, = struct.unpack_from("<Q", payload, 40)
    at = 48 + 4 * n
    if cells > len(payload) or len(payload) < at:
        raise Error("its size does not fit its content")
    counts = _merge(payload[48:at], n, 4, "I")
    if sum(counts) != cells:
        raise Error("its counts do not add up")
    gaps, used = _numbers(payload[at:], cells, 0, planes)
    values = _values(payload, at + used, cells, array["dtype"])
    result, i = [], 0
    for count in counts:
        row, col = [], 0
        for i in range(i, i + count):
            col += gaps[i]
            row.append((col, values[i]))
        i += 1 if count else 0
        result.append(row)
    return row0, result


# ---- the stream --------------------------------------------------------------------------------


class Stream:
    """A stream that is being read: header, provenance, then the items, once."""

    def __init__(self, file, name="<stream>"):
        self.name = name
        self._file = file
        self._bytes = _Bytes(file)
        self._records = 0
        self._kind = None
        self._at = 0
        self._spikes = collections.Counter()
        self._next_row = collections.Counter()
        self._samples, self._group = [], False
        self._xxhash = _xxhash()
        self._digest = self._xxhash.xxh3_128() if self._xxhash else None
        self.provenance = []
        self.duration = None  # ticks, known at the end
        self._open()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self._bytes.close()
        self._file.close()

    def _fail(self, what, kind=Error):
        raise kind("%s: byte %d (record %d, %s): %s" % (self.name, self._at, self._records,
                                                        KINDS.get(self._kind, self._kind), what))

    def _differs(self, data, checksum):
        return self._xxhash and self._xxhash.xxh3_64_intdigest(data) != checksum

    def _open(self):
        preamble = self._bytes.read(32)
        if preamble[:8] != MAGIC or len(preamble) < 32:
            raise Error("%s: not a .spk stream" % self.name)
        if struct.unpack_from("<H", preamble, 10)[0] > VERSION:
            raise Error("%s: the stream needs a newer reader" % self.name)
        if self._differs(preamble[:24], struct.unpack_from("<Q", preamble, 24)[0]):
            raise Error("%s: the first 32 bytes are damaged" % self.name)
        kind, _, payload = self._record()
        if kind != 1:
            self._fail("the first record is not HEADER")
        with self._reading():
            self.header = _json(payload)
            self._channels = {c["id"]: c for c in self.header.get("streams", [])}
            self._arrays = {a["id"]: a for a in self.header.get("arrays", [])}
        self._held = self._record()
        while self._held[0] == 2:
            with self._reading():
                self._step(_json(self._held[2]))
            self._held = self._record()

    @contextlib.contextmanager
    def _reading(self):
        """What is wrong in a record is the stream's fault."""
        try:
            yield
        except Error:
            raise
        except (struct.error, LookupError, ArithmeticError, AttributeError, TypeError, ValueError,
                RecursionError) as error:
            self._fail("its content is not what it should be (%s)" % error)

    def _step(self, step):
        known = {s["id"] for s in self.provenance} | {"0" * 32}
        if any(parent not in known for parent in step["parents"]):
            self._fail("a step whose parent is not there")
        if self._xxhash:
            bare = {k: v for k, v in step.items() if k != "id"}
            text = json.dumps(bare, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
            id = self._xxhash.xxh3_128()
            id.update(text.encode("utf-8", "surrogateescape"))
            if "%032x" % id.intdigest() != step["id"]:
                self._fail("a step that was changed")
        self.provenance.append(step)

    def _record(self):
        """kind, id, payload of the next record, checked."""
        self._at = self._bytes.offset
        head = self._bytes.read(32)
        if len(head) < 32:
            self._end_of_input()
        sync, self._kind, flags, id, size, sequence, total = struct.unpack("<4sHHIIQQ", head)
        if sync != b"SREC" or size > MAX_PAYLOAD or size % 8:
            self._fail("no record begins here")
        payload = self._bytes.read(size)
        if len(payload) < size:
            self._end_of_input()
        if self._differs(head[:24] + payload, total):
            self._fail("checksum mismatch")
        if sequence != self._records:
            self._fail("records are missing before it")
        if self._kind not in KINDS and flags & CRITICAL:
            self._fail("a kind that is not known and may not be skipped")
        if self._kind != 255 and self._digest:
            self._digest.update(payload)
        self._records += 1
        return self._kind, id, payload

    def _end_of_input(self):
        complaint = self._bytes.complaint()
        if complaint and "premature" not in complaint:
            raise Error("%s: %s" % (self.name, complaint))
        raise Truncated("%s: the stream ended after %d records, without END" % (self.name, self._records))

    def __iter__(self):
        while True:
            kind, id, payload = self._held
            if kind == 255:
                break
            with self._reading():
                items = list(self._items(kind, id, payload))
            yield from items
            self._held = self._record()
        with self._reading():
            self._finish(payload)

    def _items(self, kind, id, payload):
        if kind == 4:
            yield self._sample(payload)
            return
        self._group = False
        if kind == 3:
            channel = self._channels[id]
            ticks, units = _spikes(payload, channel["n"])
            self._spikes[id] += len(ticks)
            for sample, begin, end in self._split(ticks):
                yield Spikes(channel, sample, ticks[begin:end], units[begin:end])
        elif kind == 13:
            for begin, duration, values in _frames(payload, self._channels[id]):
                yield Frame(self._channels[id], self._sample_of(begin), begin, duration, values)
        elif kind == 7:
            channel = self._channels[id]
            t0, rows = _trace(payload, channel)
            ticks = [t0 + i * channel["period"] for i in range(len(rows))]
            for sample, begin, end in self._split(ticks):
                yield Trace(channel, sample, ticks[begin], channel["period"], rows[begin:end])
        elif kind == 14:
            number, label, k = struct.unpack_from("<QiI", payload)
            yield Prediction(self._channels[id], number, label, struct.unpack_from("<%df" % k, payload, 16))
        elif kind in (5, 6):
            row0, rows = _rows(payload, self._arrays[id], kind == 6)
            if row0 != self._next_row[id]:
                self._fail("its rows do not follow those before")
            self._next_row[id] += len(rows)
            yield Rows(self._arrays[id], row0, rows)
        elif kind == 15:
            self._next_row.clear()
            yield Snapshot(*struct.unpack("<QQ", payload))
        elif kind == 10:
            yield Watermark(id, *struct.unpack("<Q", payload))
        else:
            yield Record(kind, id, payload)

    def _sample(self, payload):
        number, begin, duration, label, attempts, size = struct.unpack_from("<QQQiIQ", payload)
        extra = _json(payload[40:40 + size]) if size else None
        sample = Sample(number, begin, duration, label, attempts, extra)
        if not self._group:  # only the last sample of a group can go on in the next
            self._samples = self._samples[-1:]
            self._group = True
        if self._samples:
            last = self._samples[-1]
            if number <= last.number or begin < last.begin + last.duration:
                self._fail("the sample does not follow the one before")
        self._samples.append(sample)
        return sample

    def _sample_of(self, tick):
        if not self._samples:
            return Sample(0, 0, 0, -1, 1, None)  # no samples: one, whose duration END knows
        for sample in self._samples:
            if sample.begin <= tick < sample.begin + sample.duration:
                return sample
        self._fail("it has ticks outside every sample")

    def _split(self, ticks):
        begin = 0
        while begin < len(ticks):
            sample, end = self._sample_of(ticks[begin]), len(ticks)
            if self._samples:
                limit = sample.begin + sample.duration
                end = next((i for i in range(begin, len(ticks)) if ticks[i] >= limit), end)
            yield sample, begin, end
            begin = end

    def _finish(self, payload):
        status, listed, records, spikes, self.duration = struct.unpack_from("<IIQQQ", payload)
        if status != 0:
            self._fail("the stream was made of an incomplete one", Truncated)
        if records != self._records - 1:
            self._fail("END counts other records than there were")
        if spikes != sum(self._spikes.values()):
            self._fail("END counts other spikes than there were")
        for i in range(listed):
            id, _, count = struct.unpack_from("<IIQ", payload, 56 + 16 * i)
            if count != self._spikes[id]:
                self._fail("END counts other spikes than there were")
        low, high = struct.unpack_from("<QQ", payload, 40)
        if self._digest and self._digest.intdigest() != high << 64 | low:
            self._fail("END has another digest than the records before it")
        for array in self._arrays.values():
            if self._next_row[array["id"]] != array["rows"]:
                self._fail("%(owner)s %(variable)s is not complete" % array)
        if self._bytes.read(1):
            self._fail("something follows END (a second stream?)")
        complaint = self._bytes.complaint()
        if complaint:
            raise Error("%s: %s" % (self.name, complaint))


def open(path):
    """The stream in a file; "-" is stdin."""
    if path == "-":
        return Stream(sys.stdin.buffer, "<stdin>")
    return Stream(io.open(path, "rb"), path)


def arrays(path):
    """{"owner.variable": rows} of the last snapshot: dense rows are arrays, sparse ones lists of
    (column, value)."""
    found = {}
    with open(path) as stream:
        for item in stream:
            if isinstance(item, Snapshot):
                found = {}
            if isinstance(item, Rows):
                found.setdefault("%(owner)s.%(variable)s" % item.array, []).extend(item.rows)
    return found


# ---- as a program ------------------------------------------------------------------------------


def _text(value, dtype="f32"):
    """The shortest decimal that reads back the same."""
    if dtype != "f64":
        for digits in range(1, 10):
            shorter = float("%.*g" % (digits, value))
            if struct.pack("<f", shorter) == struct.pack("<f", value):
                value = shorter
                break
    text = repr(value)
    return text[:-2] if text.endswith(".0") else text


def _field(value):
    """As a TSV field."""
    text = str(value)
    for char, escape in ("\\", "\\\\"), ("\t", "\\t"), ("\n", "\\n"):
        text = text.replace(char, escape)
    return "".join("\\x%02x" % ord(c) if c < " " or c == "\x7f" else c for c in text)


def _print_rows(what, stream, put):
    snapshot, count, labels = None, 0, {}
    for item in stream:
        if isinstance(item, Sample):
            labels[item.number] = item.label if item.label >= 0 else ""
            if what == "samples":
                put(item.number, item.begin, item.duration, labels[item.number], item.attempts)
        elif isinstance(item, Spikes) and what == "spikes":
            for tick, unit in zip(item.ticks, item.units):
                put(item.sample.number, tick, item.channel["name"], unit)
        elif isinstance(item, Frame) and what == "frames":
            for unit, value in enumerate(item.values):
                put(item.sample.number, item.begin, item.duration, item.channel["name"], unit, _text(value))
        elif isinstance(item, Trace) and what == "traces":
            for i, row in enumerate(item.rows):
                for unit, value in enumerate(row):
                    put(item.sample.number, item.t0 + i * item.period, item.channel["name"],
                        item.channel["variable"], unit, _text(value, item.channel["dtype"]))
        elif isinstance(item, Prediction) and what == "predictions":
            put(item.sample, item.channel["name"], labels.get(item.sample, ""),
                item.label if item.label >= 0 else "",
                *[_text(score) for score in item.scores])
        elif isinstance(item, Snapshot):
            count += 1
            snapshot = item
        elif isinstance(item, Rows) and what == "weights":
            name = "%(owner)s.%(variable)s" % item.array
            for i, row in enumerate(item.rows):
                for col, value in row if item.array.get("sparse") else enumerate(row):
                    put(count, snapshot.samples if snapshot else "", name, item.row0 + i, col,
                        _text(value, item.array["dtype"]))


def main(argv):
    if len(argv) != 3:
        print(__doc__, file=sys.stderr)
        return 2

    def put(*fields):
        print("\t".join(map(_field, fields)))

    try:
        with open(argv[2]) as stream:
            if argv[1] == "header":
                print(json.dumps(stream.header))
            elif argv[1] == "steps":
                for step in stream.provenance:
                    print(json.dumps(step))
            _print_rows(argv[1], stream, put)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # for the flush at exit
        return 141
    except OSError as error:
        print("spk.py: %s" % error, file=sys.stderr)
        return 3
    except Error as error:
        print("spk.py: %s" % error, file=sys.stderr)
        return 4
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
