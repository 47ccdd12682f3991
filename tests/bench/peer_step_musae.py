"""MusAE for peer_train_step.py: an autoencoder step with the critic, then three critic
steps with gradient penalty, on random tokens."""
import torch
from torch import nn
from torch.nn import functional as F

PRESETS, BATCH = ["transformer", "recurrent"], 128
T, R, V, Z, W, FF, HEADS, LAYERS, LABELS = 32, 4, 130, 128, 128, 256, 4, 3, 5
PATCH = 2  # steps that share a place of the sequence
P = T // PATCH


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(W), nn.LayerNorm(W)
        self.qkv, self.project = nn.Linear(W, 3 * W), nn.Linear(W, W)
        self.up, self.down = nn.Linear(W, FF), nn.Linear(FF, W)

    def forward(self, x):
        b, t, w = x.shape
        head = w // HEADS
        qkv = self.qkv(self.norm1(x)).view(b, t, 3, HEADS, head).permute(2, 0, 3, 1, 4)
        q, k, v = qkv.reshape(3, b * HEADS, t, head)
        weights = torch.softmax(torch.bmm(q * head**-0.5, k.transpose(1, 2)), -1)
        mixed = torch.bmm(weights, v).view(b, HEADS, t, head).transpose(1, 2).reshape(b, t, w)
        x = x + self.project(mixed)
        return x + self.down(torch.relu(self.up(self.norm2(x))))


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.EmbeddingBag(PATCH * R * V, W, mode="sum")
        self.position = nn.Parameter(torch.randn(P, W) * 0.1)
        self.encoder = nn.Sequential(*[Block() for _ in range(LAYERS)], nn.LayerNorm(W))
        self.to_latent, self.from_latent = nn.Linear(P * W, Z), nn.Linear(Z, P * W)
        self.position2 = nn.Parameter(torch.randn(P, W) * 0.1)
        self.decoder = nn.Sequential(*[Block() for _ in range(LAYERS)], nn.LayerNorm(W))
        self.to_classes = nn.Linear(W, PATCH * R * V)
        self.register_buffer("offset", torch.arange(PATCH * R) * V)

    def encode(self, tokens):
        x = self.embedding(tokens.view(-1, PATCH * R) + self.offset).view(-1, P, W) + self.position
        return self.to_latent(self.encoder(x).flatten(1))

    def decode(self, u):
        x = self.from_latent(u).view(-1, P, W) + self.position2
        return self.to_classes(self.decoder(x))


class RecurrentNet(nn.Module):
    """The preset "recurrent": a bi-LSTM over the steps, one LSTM a track to decode."""

    def __init__(self, width=192):
        super().__init__()
        self.embedding = nn.EmbeddingBag(R * V, width, mode="sum")
        self.lstm = nn.LSTM(width, width, batch_first=True, bidirectional=True)
        self.to_latent, self.from_latent = nn.Linear(2 * width, Z), nn.Linear(Z, width)
        self.lstms = nn.ModuleList(nn.LSTM(Z, width, batch_first=True) for _ in range(R))
        self.heads = nn.ModuleList(nn.Linear(width, V) for _ in range(R))
        self.width = width
        self.register_buffer("offset", torch.arange(R) * V)

    def encode(self, tokens):
        x = self.embedding(tokens.view(-1, R) + self.offset).view(-1, T, self.width)
        states = self.lstm(x)[1][0]
        return self.to_latent(torch.cat([states[0], states[1]], 1))

    def decode(self, u):
        h0 = torch.tanh(self.from_latent(u)).unsqueeze(0)
        x = u.unsqueeze(1).expand(-1, T, -1)
        return torch.stack([head(lstm(x, (h0, h0))[0])
                            for lstm, head in zip(self.lstms, self.heads)], 2)


def make(args):
    net = Net() if args.preset == "transformer" else RecurrentNet()
    critic = nn.Sequential(nn.Linear(Z + LABELS, 256), nn.Tanh(), nn.Linear(256, 256), nn.Tanh(),
                           nn.Linear(256, 1))
    opt = torch.optim.AdamW(net.parameters(), lr=2e-3, weight_decay=0.01)
    opt_critic = torch.optim.Adam(critic.parameters(), lr=3e-4, betas=(0.0, 0.9))
    weights = torch.full((V,), 2.0)
    weights[129] = 1.0

    def step():
        tokens = torch.randint(0, V, (args.batch, T, R))
        label = F.one_hot(torch.randint(0, LABELS, (args.batch,)), LABELS).float()
        opt.zero_grad()
        critic.requires_grad_(False)
        u = net.encode(tokens)
        logits = net.decode(u + 0.2 * torch.randn_like(u))
        loss = R * F.nll_loss(F.log_softmax(logits.reshape(-1, V), 1), tokens.view(-1), weights)
        loss = loss - 0.2 * critic(torch.cat([u, label], 1)).mean()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        opt.step()
        critic.requires_grad_(True)
        fake = u.detach()
        for _ in range(3):
            opt_critic.zero_grad()
            real = torch.randn_like(fake)
            a = torch.rand(args.batch, 1)
            between = (a * real + (1 - a) * fake).requires_grad_(True)
            gradient, = torch.autograd.grad(critic(torch.cat([between, label], 1)).sum(), between,
                                            create_graph=True)
            penalty = ((gradient.norm(dim=1) - 1) ** 2).mean()
            distance = (critic(torch.cat([real, label], 1)).mean()
                        - critic(torch.cat([fake, label], 1)).mean())
            (10 * penalty - distance).backward()
            opt_critic.step()

    return step
