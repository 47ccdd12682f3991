#!/usr/bin/env python3
"""umap-learn on the same latents as bench_umap, evaluated by the same function.

Takes bench_umap's arguments; prints one JSON document. bench_umap is looked for in CANTO_BIN_DIR,
then in build/release/bin of this tree. --join runs bench_umap too and prints both and the ratio.
umap-learn's compilation is warmed on another set before it is timed; the least of the runs counts.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import warnings

warnings.filterwarnings("ignore")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--points", type=int, default=10000)
    parser.add_argument("--dimensions", type=int, default=64)
    parser.add_argument("--latents")
    parser.add_argument("--runs", type=int, default=2)
    parser.add_argument("--k", type=int, default=15)
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--join", action="store_true")
    args, ours = parser.parse_known_args()

    root = pathlib.Path(__file__).resolve().parents[2]
    folder = pathlib.Path(os.environ.get("CANTO_BIN_DIR", root / "build" / "release" / "bin"))
    bench = folder / "bench_umap"
    threads = args.threads or os.cpu_count()
    os.environ.setdefault("NUMBA_NUM_THREADS", str(threads))
    os.environ.setdefault("OMP_NUM_THREADS", str(threads))
    import numpy
    import sklearn.decomposition
    import umap

    with tempfile.TemporaryDirectory() as scratch:
        latents = args.latents
        if latents is None:
            latents = os.path.join(scratch, "latents.f32")
            subprocess.run([bench, "--points", str(args.points), "--dimensions",
                            str(args.dimensions), "--write", latents], check=True)
        x = numpy.fromfile(latents, "f4").reshape(-1, args.dimensions)
        source = ["--latents", latents, "--dimensions", str(args.dimensions)]

        # More than 4,096 points: umap-learn takes another way below, which would stay cold.
        warm = numpy.random.default_rng(0).normal(size=(5000, x.shape[1])).astype("f4")
        umap.UMAP(n_neighbors=args.k, n_epochs=11).fit_transform(warm)
        least = {"pca": float("inf"), "umap": float("inf")}
        for _ in range(args.runs):
            start = time.perf_counter()
            sklearn.decomposition.PCA(2).fit(x)
            least["pca"] = min(least["pca"], time.perf_counter() - start)
            start = time.perf_counter()
            layout = umap.UMAP(n_neighbors=args.k).fit_transform(x)
            least["umap"] = min(least["umap"], time.perf_counter() - start)
        place = os.path.join(scratch, "layout.f32")
        layout.astype("f4").tofile(place)
        evaluated = subprocess.run([bench, *source, "--evaluate", place], check=True,
                                capture_output=True, text=True).stdout
        peer = {"peer": "umap-learn " + umap.__version__, "points": len(x),
                "dimensions": x.shape[1], "k": args.k, "runs": args.runs, "threads": threads,
                "pca_seconds": round(least["pca"], 4), "umap_seconds": round(least["umap"], 4),
                "umap_quality": json.loads(evaluated)}
        if not args.join:
            json.dump(peer, sys.stdout, indent=2)
            return
        printed = subprocess.run([bench, *source, "--runs", str(args.runs), "--k", str(args.k),
                                  "--threads", str(threads), *ours],
                                 check=True, capture_output=True, text=True).stdout
        own = json.loads(printed)
        joined = {"cantograph": own, "peer": peer,
                  "umap_times_faster": round(peer["umap_seconds"] / own["umap_seconds"], 2),
                  "trustworthiness_gained": round(
                      own["umap_quality"]["trustworthiness"]
                      - peer["umap_quality"]["trustworthiness"], 4)}
        json.dump(joined, sys.stdout, indent=2)


if __name__ == "__main__":
    main()
