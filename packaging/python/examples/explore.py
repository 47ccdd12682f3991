#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A walk through a map from Python. Start Cantograph with --serve, then run this.

    PYTHONPATH=packaging/python packaging/python/examples/explore.py --out FOLDER
"""

import argparse
import collections
import os

import cantograph


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--socket", help="of a Cantograph that was started with --socket")
    parser.add_argument("--out", default=".", help="folder for what is written")
    args = parser.parse_args()
    os.makedirs(args.out, exist_ok=True)

    with cantograph.connect(args.socket) as canto:
        # 1. What is open.
        state = canto.state()
        print("Space:", state["space"], "- points:", state["points"])

        # 2. Where each class of the first column lies: the mean of its points.
        column = canto.get_colour()["columns"][0]
        canto.set_colour(column=column)
        places = collections.defaultdict(list)
        for point in canto.points():
            places[point["labels"].get(column, "")].append((point["x"], point["y"], point["row"]))
        middles = {}
        for name, points in sorted(places.items()):
            x = sum(p[0] for p in points) / len(points)
            y = sum(p[1] for p in points) / len(points)
            middles[name] = (x, y)
            print("%-24s %6d points around %.2f, %.2f" % (name or "(none)", len(points), x, y))

        # 3. Select the points nearest to the middle of the largest class; Ctrl+Z undoes it.
        largest = max(places, key=lambda name: len(places[name]))
        x, y = middles[largest]
        nearest = sorted(places[largest], key=lambda p: (p[0] - x) ** 2 + (p[1] - y) ** 2)[:20]
        canto.set_selection(rows=[p[2] for p in nearest])

        # 4. Decode half way between two classes, where the space has a decoder.
        if (state["model"] or {}).get("decodes") and len(middles) > 1:
            (ax, ay), (bx, by) = list(middles.values())[:2]
            between = {"x": (ax + bx) / 2, "y": (ay + by) / 2}
            music = canto.decode(**between)
            print("Half way: %d notes in %.1f s" % (len(music["notes"]), music["seconds"]))
            canto.write_midi(os.path.join(args.out, "between.mid"), **between)

        # 5. A picture of it.
        canto.action(name="View/Fit map")
        with open(os.path.join(args.out, "map.png"), "wb") as file:
            file.write(canto.screenshot(width=1200, height=800))


if __name__ == "__main__":
    main()
