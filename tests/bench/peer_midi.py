#!/usr/bin/python3
"""mido over the files that bench_midi reads: JSON on stdout.

    peer_midi.py FOLDER [--seconds 3]

Messages and their ticks only, which is less than what bench_midi does (notes with seconds). Files
are taken in a random order (seed 1) until the time is over. Time is the processor's.
"""
import io
import json
import os
import random
import sys
import time

import mido


def main():
    words = sys.argv[1:]
    seconds = 3.0
    if "--seconds" in words:
        place = words.index("--seconds")
        seconds = float(words[place + 1])
        del words[place:place + 2]
    if len(words) != 1:
        sys.exit(__doc__)
    paths = sorted(os.path.join(folder, name) for folder, _, names in os.walk(words[0])
                   for name in names if name.lower().endswith((".mid", ".midi", ".kar")))
    random.Random(1).shuffle(paths)
    spent, files, size, refused = 0.0, 0, 0, 0
    for path in paths:
        with open(path, "rb") as stream:
            content = stream.read()
        start = time.process_time()
        try:
            mido.MidiFile(file=io.BytesIO(content), clip=True)
        except Exception:
            refused += 1
        spent += time.process_time() - start
        files += 1
        size += len(content)
        if spent > seconds:
            break
    print(json.dumps({"peer": "mido", "version": ".".join(map(str, mido.version_info[:3]))
                      if hasattr(mido, "version_info") else "unknown",
                      "files": files, "ofFiles": len(paths), "bytes": size, "refused": refused,
                      "megabytesPerSecond": size / 1e6 / spent if spent else None,
                      "filesPerSecond": files / spent if spent else None}))


if __name__ == "__main__":
    main()
