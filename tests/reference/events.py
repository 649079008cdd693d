#!/usr/bin/env python3
"""events.py FORMAT FILE: the events of a recording, read as the format's specification says.

An oracle for spk-convert that shares nothing with it. Prints t (us), x, y, p as TSV in the order of the
file; x and y as stored, but turned to the upper left corner where a format counts from another.
Formats: nmnist, aedat2-dvs128, aedat2-davis240, aedat3, dat, evt2, evt3.
"""
import struct
import sys


def body(data, mark):
    """Where the lines that begin with `mark` end."""
    at = 0
    while data[at:at + 1] == mark:
        at = data.index(b"\n", at) + 1
    return at


def nmnist(data):
    base = 0
    for i in range(0, len(data), 5):
        x, y, b2, b3, b4 = data[i:i + 5]
        if y == 240:
            base += 1 << 13
        else:
            yield base + ((b2 & 127) << 16 | b3 << 8 | b4), x, y, b2 >> 7


def unwrapped(records):
    """32-bit times made to ascend."""
    high = last = 0
    for t, rest in records:
        high += (1 << 32) * (last - t > 1 << 31)
        last = t
        yield high + t, rest


def aedat2(data):
    at = body(data, b"#")
    records = struct.iter_unpack(">II", data[at:len(data) - (len(data) - at) % 8])
    return unwrapped((t, address) for address, t in records)


def aedat2_dvs128(data):
    for t, a in aedat2(data):
        if not a & 1 << 15:
            yield t, 127 - (a >> 1 & 127), 127 - (a >> 8 & 127), a & 1


def aedat2_davis240(data):
    for t, a in aedat2(data):
        if not a & (1 << 31 | 1 << 10):
            yield t, 239 - (a >> 12 & 1023), 179 - (a >> 22 & 511), a >> 11 & 1


def aedat3(data):
    end = b"#!END-HEADER\r\n"
    at = data.index(end) + len(end)
    while at < len(data):
        kind, _, size, _, overflow, capacity, number, _ = struct.unpack_from("<hhiiiiii", data, at)
        at += 28
        for i in range(number if kind == 1 else 0):
            word, t = struct.unpack_from("<II", data, at + i * size)
            if word & 1:
                yield (overflow << 31) + t, word >> 17, word >> 2 & 0x7FFF, word >> 1 & 1
        at += size * capacity


def dat(data):
    at = body(data, b"%")
    assert data[at + 1] == 8
    for t, (word,) in unwrapped((t, rest) for t, *rest in struct.iter_unpack("<II", data[at + 2:])):
        yield t, word & 0x3FFF, word >> 14 & 0x3FFF, word >> 28 & 1


def evt2(data):
    high = turns = None
    for (word,) in struct.iter_unpack("<I", data[body(data, b"%"):]):
        kind = word >> 28
        if kind == 8:
            now = word & 0xFFFFFFF
            turns = (turns or 0) + (high is not None and high - now > 1 << 27)
            high = now
        elif kind < 2 and high is not None:
            yield ((turns << 28) + high << 6) + (word >> 22 & 63), word >> 11 & 2047, word & 2047, kind


def evt3(data):
    high = low = y = base = None
    turns = p = 0
    for (word,) in struct.iter_unpack("<H", data[body(data, b"%"):]):
        kind, value = word >> 12, word & 0xFFF
        if kind == 8:
            turns += high is not None and high - value > 1 << 11
            high = value
        elif kind == 6:
            low = value
        elif kind == 0:
            y = value & 2047
        elif kind == 3:
            base, p = value & 2047, value >> 11
        ready = high is not None and low is not None and y is not None
        t = (turns << 24) + (high << 12) + low if ready else None
        if kind == 2 and ready:
            yield t, value & 2047, y, value >> 11
        elif kind in (4, 5):
            width = 12 if kind == 4 else 8
            for k in range(width if ready and base is not None else 0):
                if value >> k & 1:
                    yield t, base + k, y, p
            base = None if base is None else base + width


def main():
    kind, path = sys.argv[1:]
    with open(path, "rb") as file:
        data = file.read()
    decoders = (nmnist, aedat2_dvs128, aedat2_davis240, aedat3, dat, evt2, evt3)
    decode = {d.__name__.replace("_", "-"): d for d in decoders}[kind]
    sys.stdout.writelines("%d\t%d\t%d\t%d\n" % event for event in decode(data))


if __name__ == "__main__":
    main()
