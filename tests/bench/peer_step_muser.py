"""MusER (preset "cpu") for peer_train_step.py, on random phrases as long as they may be: 191 words
and the end. A step of encoder, code books, regulariser and decoders, or with --prior of the prior
over the codes of an encoder that no longer moves."""
import math

import torch
from torch import nn
from torch.nn import functional as F

PRESETS, BATCH = ["cpu"], 12
FIELDS = [67, 135, 18, 4, 89, 17, 33, 5]
WIDTHS = [32, 64, 16, 8, 128, 32, 32, 32]
E, D, K, PLACES, LABELS, TYPE, TYPE_WIDTH = 7, 8, 128, 192, 4, 3, 32
ORDER = [3, 2, 0, 1, 4, 5, 6]


def positions(count, width):
    rate = torch.exp(torch.arange(width // 2) * (-math.log(10000.0) / (width // 2)))
    angle = torch.arange(count).unsqueeze(1) * rate
    return torch.stack([angle.sin(), angle.cos()], 2).view(count, width)


class Heads(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.inward, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)

    def split(self, x):
        return x.view(x.shape[0], x.shape[1], self.heads, -1).transpose(1, 2)

    def mix(self, q, k, v, allowed):
        weights = (q @ k.transpose(2, 3)) * (1 / math.sqrt(q.shape[3]))
        if allowed is not None:
            weights = weights.masked_fill(~allowed, -1e9)
        mixed = (torch.softmax(weights, 3) @ v).transpose(1, 2)
        return self.out(mixed.reshape(mixed.shape[0], mixed.shape[1], -1))

    def forward(self, x, allowed):
        return self.mix(*(self.split(part) for part in self.inward(x).chunk(3, 2)), allowed)

    def to(self, x, memory, allowed):
        w, weight, bias = x.shape[2], self.inward.weight, self.inward.bias
        q = F.linear(x, weight[:w], bias[:w])
        k, v = F.linear(memory, weight[w:], bias[w:]).chunk(2, 2)
        return self.mix(self.split(q), self.split(k), self.split(v), allowed)


class Block(nn.Module):
    def __init__(self, width, heads, inner, memory=False):
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.within = Heads(width, heads)
        self.norm_to, self.across = (nn.LayerNorm(width), Heads(width, heads)) if memory else (
            None, None)
        self.up, self.down = nn.Linear(width, inner), nn.Linear(inner, width)

    def forward(self, x, allowed=None, memory=None, memory_live=None):
        x = x + self.within(self.norm1(x), allowed)
        if self.across is not None:
            x = x + self.across.to(self.norm_to(x), memory, memory_live)
        return x + self.down(F.gelu(self.up(self.norm2(x))))


class Words(nn.Module):
    def __init__(self, fields):
        super().__init__()
        self.tables = nn.ModuleList(nn.Embedding(FIELDS[i], WIDTHS[i]) for i in range(fields))

    def forward(self, words):
        return torch.cat([table(words[:, :, i]) * math.sqrt(WIDTHS[i])
                          for i, table in enumerate(self.tables)], 2)


class Encoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.words, self.inward = Words(E), nn.Linear(sum(WIDTHS[:E]), 96)
        self.blocks = nn.ModuleList(Block(96, 4, 256) for _ in range(3))
        self.norm, self.out = nn.LayerNorm(96), nn.Linear(96, E * D)
        self.register_buffer("places", positions(PLACES, 96))

    def forward(self, words, live):
        x = self.inward(self.words(words)) + self.places
        for block in self.blocks:
            x = block(x, live.unsqueeze(1).unsqueeze(1))
        return self.out(self.norm(x))


class Quantiser(nn.Module):
    def __init__(self):
        super().__init__()
        bound = math.sqrt(6 / (K + D))
        self.books = (torch.rand(E, K, D) * 2 - 1) * bound
        self.books[:, 0] = 0
        self.counts, self.came, self.sums = torch.ones(E, K), torch.zeros(E, K), self.books.clone()
        self.closed = torch.zeros(E, 1, K, dtype=torch.bool)
        self.closed[:, :, 0] = True
        for i in range(E):
            self.closed[i, :, 2 * FIELDS[i]:] = True

    def grouped(self, z):
        return z.reshape(-1, E, D).transpose(0, 1)

    def forward(self, z, said):
        flat = self.grouped(z.detach())
        distance = self.books.square().sum(2).unsqueeze(1) - 2 * flat @ self.books.transpose(1, 2)
        codes = distance.masked_fill(self.closed, math.inf).argmin(2).transpose(0, 1)
        codes = codes.reshape(*z.shape[:2], E).masked_fill(~said, 0)
        vectors = torch.cat([self.books[i].index_select(0, codes[:, :, i].reshape(-1))
                             for i in range(E)], 1).view_as(z)
        squared = (z - vectors).square() * said.float().repeat_interleave(D, 2)
        return codes, z + (vectors - z).detach(), squared.mean(2)

    @torch.no_grad()
    def learn(self, z, codes, said, decay=0.99):
        weights = said.reshape(-1, E).t().float()
        flat = self.grouped(z.detach()) * weights.unsqueeze(2)
        index = codes.reshape(-1, E).t()
        came = torch.zeros(E, K).scatter_add_(1, index, weights)
        sums = torch.zeros(E, K, D).scatter_add_(1, index.unsqueeze(2).expand(-1, -1, D), flat)
        self.came.add_(came)
        self.counts.mul_(decay).add_(came, alpha=1 - decay)
        self.sums.mul_(decay).add_(sums, alpha=1 - decay)
        total = self.counts.sum(1, True)
        smoothed = (self.counts + 1e-5) / (total + 1e-5 * K) * total
        self.books.copy_(self.sums / smoothed.unsqueeze(2))
        self.books[:, 0] = 0


class Regulariser(nn.Module):
    def __init__(self):
        super().__init__()
        self.block = Block(PLACES, 4, 384)
        self.register_buffer("rows", positions(D, PLACES))

    def forward(self, vectors):
        slices = vectors.view(-1, PLACES, E, D).permute(2, 0, 3, 1).reshape(-1, D, PLACES)
        return self.block(slices + self.rows)[:, 0].view(E, -1, PLACES)


class Decoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.words, self.inward = Words(E + 1), nn.Linear(sum(WIDTHS), 128)
        self.memory = nn.Linear(E * D, 128)
        self.blocks = nn.ModuleList(Block(128, 4, 256, True) for _ in range(2))
        self.norm, self.narrow = nn.LayerNorm(128), nn.Linear(128, 64)
        self.from_slice = nn.Linear(D, 64)
        self.elements = nn.ModuleList(Block(64, 4, 128) for _ in range(E))
        self.norms = nn.ModuleList(nn.LayerNorm(64) for _ in range(E))
        self.kind, self.joined = nn.Embedding(FIELDS[TYPE], TYPE_WIDTH), nn.Linear(96, 64)
        self.heads = nn.ModuleList(nn.Linear(64, FIELDS[i]) for i in range(E))
        self.register_buffer("places", positions(PLACES, 128))
        self.register_buffer("element_places", positions(PLACES, 64))
        self.register_buffer("causal", torch.ones(PLACES, PLACES, dtype=torch.bool).tril())

    def forward(self, before, vectors, live, types):
        x = self.inward(self.words(before)) + self.places
        memory = self.memory(vectors) + self.places
        for block in self.blocks:
            x = block(x, self.causal, memory, live.unsqueeze(1).unsqueeze(1))
        shared = self.narrow(self.norm(x))
        logits = []
        for i in range(E):
            own = shared + self.from_slice(vectors[:, :, i * D:(i + 1) * D]) + self.element_places
            own = self.norms[i](self.elements[i](own, self.causal))
            if i != TYPE:
                own = F.gelu(self.joined(torch.cat([own, self.kind(types)], 2)))
            logits.append(self.heads[i](own))
        return logits


class Prior(nn.Module):
    def __init__(self, width=192):
        super().__init__()
        values = [K + 1] + [K] * (E - 1)
        self.tables = nn.ModuleList(nn.Embedding(K, width) for _ in range(E))
        self.links = nn.ModuleList(nn.Embedding(values[i], width) for i in range(E - 1))
        self.middles = nn.ModuleList(nn.Linear(width, width) for _ in range(E))
        self.heads = nn.ModuleList(nn.Linear(width, values[i]) for i in range(E))
        self.label, self.start = nn.Embedding(LABELS + 1, width), nn.Parameter(torch.zeros(width))
        self.blocks = nn.ModuleList(Block(width, 6, 512) for _ in range(4))
        self.norm = nn.LayerNorm(width)
        self.register_buffer("places", positions(PLACES + 1, width))
        self.register_buffer("causal", torch.ones(PLACES + 1, PLACES + 1, dtype=torch.bool).tril())

    def forward(self, codes, label):
        x = sum(table(codes[:, :-1, i]) for i, table in enumerate(self.tables))
        x = torch.cat([self.start.expand(x.shape[0], 1, -1), x], 1)
        x = x + self.label(label).unsqueeze(1) + self.places
        for block in self.blocks:
            x = block(x, self.causal)
        known = self.norm(x)
        logits = []
        for i, group in enumerate(ORDER):
            logits.append(self.heads[i](F.gelu(self.middles[i](known))))
            if i + 1 < E:
                known = known + self.links[i](codes[:, :, group])
        return logits


def losses_of(logits, target):
    return F.cross_entropy(logits.flatten(0, 1), target.reshape(-1),
                           reduction="none").view_as(target)


def order_loss(sequences, words, live, circle):
    order = words[:, :, :E].permute(2, 0, 1).contiguous()
    order[1] = circle.index_select(0, order[1].reshape(-1)).view_as(order[1])
    order = order.float()
    difference = sequences.unsqueeze(2) - sequences.unsqueeze(1)
    sign = torch.sign(order.unsqueeze(2) - order.unsqueeze(1))
    both = (live.unsqueeze(1) & live.unsqueeze(0)).float()
    miss = (torch.tanh(difference) - sign).abs() * both.unsqueeze(0)
    return miss.sum() / both.sum().clamp_min(1)


def make(args):
    encoder, quantiser, prior = Encoder(), Quantiser(), Prior()
    regulariser, decoder = Regulariser(), Decoder()
    if args.prior:
        moving, rate = list(prior.parameters()), 1e-3
        encoder.requires_grad_(False)
    else:
        moving, rate = [p for part in (encoder, regulariser, decoder)
                        for p in part.parameters()], 2e-3
    opt = torch.optim.AdamW(moving, lr=rate, weight_decay=0.01)
    batch = args.batch
    least = torch.tensor([1, 1, 0, -1, 0, 0, 0])
    circle = torch.randperm(FIELDS[1])
    vocabulary = torch.tensor(FIELDS)

    def step():
        words = (torch.rand(batch, PLACES, E + 1) * vocabulary).long()
        words[:, :, E] = 0
        words[:, -1] = 0
        before = torch.cat([torch.zeros(batch, 1, E + 1, dtype=torch.long), words[:, :-1]], 1)
        label = torch.randint(0, LABELS + 1, (batch,))
        before[:, 0, TYPE], before[:, 0, E] = 1, label
        live = torch.ones(batch, PLACES, dtype=torch.bool)
        opt.zero_grad()
        loss = prior_loss(words, live, label) if args.prior else coder_loss(words, before, live)
        loss.backward()
        nn.utils.clip_grad_norm_(moving, 3.0)
        opt.step()

    def coder_loss(words, before, live):
        encoded = encoder(words, live)
        said = (words[:, :, :E] > least) & live.unsqueeze(2)
        codes, vectors, squared = quantiser(encoded, said)
        hide = torch.rand(batch, PLACES, 1) < 0.15
        hide[:, 0] = False
        memory_live = live & ~(torch.rand(batch, 1) < 0.2)
        memory_live[:, 0] = True
        logits = decoder(before.masked_fill(hide, 0), vectors, memory_live, words[:, :, TYPE])
        weights = said.float() * 0.9 + 0.1 * live.unsqueeze(2).float()
        loss = 0
        for i in range(E):
            own = weights[:, :, i]
            loss = loss + (losses_of(logits[i], words[:, :, i]) * own).sum() / own.sum() / E
        loss = loss + 0.25 * (squared * live).sum() / live.sum()
        loss = loss + 0.1 * order_loss(regulariser(vectors), words, live, circle)
        quantiser.learn(encoded, codes, said)
        return loss

    def prior_loss(words, live, label):
        with torch.no_grad():
            said = (words[:, :, :E] > least) & live.unsqueeze(2)
            codes = quantiser(encoder(words, live), said)[0]
        codes, counted_at = F.pad(codes, (0, 0, 0, 1)), F.pad(live, (0, 1)).float()
        length = live.sum(1, True)
        loss = 0
        for i, logits in enumerate(prior(codes, label)):
            target, counted = codes[:, :, ORDER[i]], counted_at
            if i == 0:
                target = target.scatter(1, length, torch.full_like(length, K))
                counted = counted.scatter(1, length, 1.0)
            loss = loss + losses_of(logits, target) * counted
        return loss.sum() / live.sum()

    return step
