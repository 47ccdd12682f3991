#!/usr/bin/env python3
"""The training steps of `canto bench train-step` in Python: same networks, losses, Adam and batch.

Prints JSON: seconds of a step (median and best), on random numbers. peer_step_<model>.py has the
model and says what a step of it is.
"""
import argparse
import importlib
import json
import sys
import time

import torch

sys.dont_write_bytecode = True


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", choices=["musae", "muser", "orchestra"], default="musae")
    parser.add_argument("--preset")
    parser.add_argument("--batch", type=int, default=0)
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--prior", action="store_true", help="muser: a step of its prior")
    parser.add_argument("--profile", action="store_true")
    args = parser.parse_args()
    model = importlib.import_module("peer_step_" + args.model)
    args.preset = args.preset or model.PRESETS[0]
    if args.preset not in model.PRESETS:
        parser.error("written out in Python are " + ", ".join(model.PRESETS))
    batch = model.BATCH[args.preset] if isinstance(model.BATCH, dict) else model.BATCH
    args.batch = args.batch or batch
    torch.set_num_threads(args.threads)
    torch.manual_seed(1)
    step = model.make(args)
    for _ in range(3):
        step()
    if args.profile:
        with torch.autograd.profiler.profile() as prof:
            for _ in range(3):
                step()
        print(prof.key_averages().table(sort_by="self_cpu_time_total", row_limit=30))
        return
    seconds = []
    for _ in range(args.steps):
        begin = time.perf_counter()
        step()
        seconds.append(time.perf_counter() - begin)
    seconds.sort()
    print(json.dumps({"program": "python3-torch " + torch.__version__, "model": args.model,
                      "preset": args.preset, "batch": args.batch, "threads": args.threads,
                      "steps": args.steps, "medianSeconds": seconds[len(seconds) // 2],
                      "bestSeconds": seconds[0]}))


if __name__ == "__main__":
    main()
