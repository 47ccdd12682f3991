#!/usr/bin/env python3
"""The decoders of `canto bench decode` in Python, with random weights, on one thread.

Prints JSON. --id musae (the default, as there): milliseconds from a latent to the most probable
class at each step of each track; the network is that of peer_step_musae.py. --id muser: compound
words per second, the same sizes, word by word, the most probable value always; keys and values are
kept: a global decoder of two blocks with attention to the latents, a block for
each of seven elements, heads for the type and then for three elements of it.
"""
import argparse
import json
import math
import sys
import time

import torch
from torch import nn

sys.dont_write_bytecode = True

FIELDS = [67, 135, 18, 4, 89, 17, 33, 5]
WIDTHS = [32, 64, 16, 8, 128, 32, 32, 32]
ELEMENTS, SLICE, PLACES = 7, 8, 192
TYPE = 3


def positions(first, count, width):
    half = (width + 1) // 2
    rate = torch.exp(torch.arange(half) * (-math.log(10000.0) / half))
    angle = torch.arange(first, first + count).unsqueeze(1) * rate
    return torch.stack([angle.sin(), angle.cos()], 2).view(count, 2 * half)[:, :width]


class Block(nn.Module):
    def __init__(self, width, heads, inner, memory):
        super().__init__()
        self.heads = heads
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.up, self.down = nn.Linear(width, inner), nn.Linear(inner, width)
        if memory:
            self.norm_to = nn.LayerNorm(width)
            self.q, self.kv = nn.Linear(width, width), nn.Linear(width, 2 * width)
            self.out_to = nn.Linear(width, width)

    def split(self, x):
        return x.view(x.shape[0], x.shape[1], self.heads, -1).transpose(1, 2)

    def mix(self, q, k, v):
        weights = torch.softmax(q @ k.transpose(2, 3) / math.sqrt(q.shape[3]), 3)
        return (weights @ v).transpose(1, 2).reshape(q.shape[0], q.shape[2], -1)

    def begin(self, memory=None):
        k = v = None
        if memory is not None:
            k, v = (self.split(part) for part in self.kv(memory).chunk(2, 2))
        return {"k": None, "v": None, "n": 0, "mk": k, "mv": v}

    def next(self, x, cache):
        q, k, v = (self.split(part) for part in self.qkv(self.norm1(x)).chunk(3, 2))
        if cache["k"] is None:
            cache["k"] = torch.empty(k.shape[0], self.heads, PLACES, k.shape[3])
            cache["v"] = torch.empty_like(cache["k"])
        n = cache["n"]
        cache["k"][:, :, n : n + 1] = k
        cache["v"][:, :, n : n + 1] = v
        cache["n"] = n + 1
        x = x + self.out(self.mix(q, cache["k"][:, :, : n + 1], cache["v"][:, :, : n + 1]))
        if cache["mk"] is not None:
            q = self.split(self.q(self.norm_to(x)))
            x = x + self.out_to(self.mix(q, cache["mk"], cache["mv"]))
        return x + self.down(torch.nn.functional.gelu(self.up(self.norm2(x))))


class Decoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.tables = nn.ModuleList(nn.Embedding(v, w) for v, w in zip(FIELDS, WIDTHS))
        self.inward = nn.Linear(sum(WIDTHS), 128)
        self.memory = nn.Linear(ELEMENTS * SLICE, 128)
        self.blocks = nn.ModuleList(Block(128, 4, 256, True) for _ in range(2))
        self.norm, self.narrow = nn.LayerNorm(128), nn.Linear(128, 64)
        self.from_slice = nn.Linear(SLICE, 64)
        self.elements = nn.ModuleList(Block(64, 4, 128, False) for _ in range(ELEMENTS))
        self.norms = nn.ModuleList(nn.LayerNorm(64) for _ in range(ELEMENTS))
        self.kind, self.joined = nn.Embedding(FIELDS[TYPE], 32), nn.Linear(96, 64)
        self.heads = nn.ModuleList(nn.Linear(64, FIELDS[i]) for i in range(ELEMENTS))

    def write(self, vectors):
        memory = self.memory(vectors) + positions(0, vectors.shape[1], 128)
        caches = [block.begin(memory) for block in self.blocks]
        own_caches = [block.begin() for block in self.elements]
        before = torch.zeros(1, 1, len(FIELDS), dtype=torch.long)
        for place in range(vectors.shape[1]):
            parts = [
                table(before[:, :, i]) * math.sqrt(table.weight.shape[1])
                for i, table in enumerate(self.tables)
            ]
            x = self.inward(torch.cat(parts, 2)) + positions(place, 1, 128)
            for block, cache in zip(self.blocks, caches):
                x = block.next(x, cache)
            shared = self.narrow(self.norm(x))
            here = vectors[:, place : place + 1]
            known = []
            for i in range(ELEMENTS):
                own = shared + self.from_slice(here[:, :, i * SLICE : (i + 1) * SLICE])
                own = self.elements[i].next(own + positions(place, 1, 64), own_caches[i])
                known.append(self.norms[i](own))
            kind = self.heads[TYPE](known[TYPE]).argmax(2)
            word = torch.zeros_like(before)
            word[:, :, TYPE] = kind
            # Three of seven elements, as a note or a place has: pitch, duration, velocity.
            for i in (4, 5, 6):
                joined = torch.nn.functional.gelu(
                    self.joined(torch.cat([known[i], self.kind(kind)], 2))
                )
                word[:, :, i] = self.heads[i](joined).argmax(2)
            before = word


def decode_musae(draws):
    from peer_step_musae import Net, Z

    net = Net().eval()
    milliseconds = []
    with torch.inference_mode():
        for draw in range(-3, draws):  # the first three warm up
            latent = torch.randn(1, Z)
            begin = time.perf_counter()
            net.decode(latent).view(32, 4, 130).argmax(2)
            if draw >= 0:
                milliseconds.append(1000 * (time.perf_counter() - begin))
    milliseconds.sort()
    last = len(milliseconds) - 1
    return {"wholeMs": {"median": milliseconds[last // 2], "p95": milliseconds[int(0.95 * last)],
                        "largest": milliseconds[last]}}


def decode_muser(draws):
    decoder = Decoder().eval()
    phrases = min(draws, 10)
    with torch.inference_mode():
        vectors = torch.randn(1, PLACES, ELEMENTS * SLICE)
        decoder.write(vectors[:, :8])
        begin = time.perf_counter()
        for _ in range(phrases):
            decoder.write(vectors)
        seconds = time.perf_counter() - begin
    return {"wordsASecond": phrases * PLACES / seconds}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=500)
    parser.add_argument("--id", choices=["musae", "muser"], default="musae")
    args = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(1)
    figures = {"musae": decode_musae, "muser": decode_muser}[args.id](args.draws)
    print(json.dumps({"peer": "torch " + torch.__version__, "model": args.id, **figures}))


if __name__ == "__main__":
    main()
