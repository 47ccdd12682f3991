"""The Orchestra space for peer_train_step.py. "clip": composers and nearness of clips that are cut,
moved, hidden in part and mixed. "ali": a step of the critic, then one of encoder and generator with
the inverse. Both take random mels of 8 bits from a table, as ours do."""
import torch
from torch import nn
from torch.nn import functional as F

PRESETS, BATCH = ["clip", "ali"], {"clip": 48, "ali": 64}
MELS, FRAMES, SEEN, CROP, CLASSES = 64, 431, 144, 32, 7


class Clip(nn.Module):
    def __init__(self, latent=64):
        super().__init__()
        layers, before = [], 1
        for width in (24, 48, 96, 128):
            layers += [nn.Conv2d(before, width, 3, 2, 1, bias=False), nn.BatchNorm2d(width),
                       nn.ReLU()]
            before = width
        self.encoder = nn.Sequential(*layers)
        self.drop = nn.Dropout(0.3)
        self.to_latent, self.head = nn.Linear(2 * 4 * before, latent), nn.Linear(latent, CLASSES)

    def embed(self, clips):
        seen = self.encoder(F.avg_pool1d(clips, 2).unsqueeze(1)).flatten(1, 2)
        mean = seen.mean(2)
        spread = ((seen - seen.mean(2, True)).square().mean(2) + 1e-5).sqrt()
        return self.to_latent(self.drop(torch.cat([mean, spread], 1)))


def augmented(clips):
    batch = clips.shape[0]
    first = torch.randint(0, FRAMES - SEEN + 1, (1,)).item()
    place = (torch.arange(MELS) + torch.randint(-2, 3, (1,)).item()).clamp(0, MELS - 1)
    seen = clips[:, :, first:first + SEEN].index_select(1, place)
    seen = seen + 0.2 * torch.randn(batch, 1, 1)
    for dimension in (1, 2):
        size = seen.shape[dimension]
        at = torch.arange(size)
        begin, length = torch.rand(batch, 1) * size, torch.rand(batch, 1) * (0.25 * size)
        hidden = (at >= begin) & (at < begin + length)
        seen = seen.masked_fill(hidden.unsqueeze(2 if dimension == 1 else 1), 0)
    return seen


def contrastive(code, labels, temperature=0.2):
    code = F.normalize(code, dim=1)
    self_ = torch.eye(len(labels), dtype=torch.bool)
    near = (code @ code.t() / temperature).masked_fill(self_, -1e9)
    share = near - near.logsumexp(1, True)
    partner = (labels.unsqueeze(0) == labels.unsqueeze(1)) & ~self_
    partners = partner.sum(1)
    each = -(share * partner).sum(1) / partners.clamp_min(1)
    some = (partners > 0).float()
    return (each * some).sum() / some.sum().clamp_min(1)


def make_clip(args, mels):
    net = Clip()
    opt = torch.optim.AdamW(net.parameters(), lr=2e-3, weight_decay=0.02)
    labels = torch.arange(args.batch) % CLASSES
    numbers = mels.float() / 255
    mean, deviation = numbers.mean().item(), numbers.std().item()
    rows = torch.arange(args.batch)

    def step():
        clips = (mels.index_select(0, rows).float().div_(255) - mean) / deviation
        own = labels.index_select(0, rows)
        opt.zero_grad()
        seen = augmented(clips)
        share = 0.3 * torch.rand(args.batch, 1)
        seen = seen * (1 - share.unsqueeze(2)) + seen.roll(1, 0) * share.unsqueeze(2)
        target = F.one_hot(own, CLASSES).float()
        target = target * (1 - share) + target.roll(1, 0) * share
        target = target * 0.9 + 0.1 / CLASSES
        code = net.embed(seen)
        loss = -(target * F.log_softmax(net.head(code), 1)).sum(1).mean()
        (loss + 0.5 * contrastive(code, own)).backward()
        nn.utils.clip_grad_norm_(net.parameters(), 5.0)
        opt.step()

    return step


class Ali(nn.Module):
    """Half the published widths, latent 128."""

    def __init__(self, latent=128):
        super().__init__()
        self.latent = latent

        def stack(before, layers, kind):
            parts = []
            for width, kernel, stride in layers:
                parts += [kind(before, width, kernel, stride, bias=False), nn.BatchNorm2d(width),
                          nn.LeakyReLU(0.01)]
                before = width
            return parts, before

        def convs(before, layers):
            parts = nn.ModuleList()
            for width, kernel, stride in layers:
                parts.append(nn.Conv2d(before, width, kernel, stride))
                before = width
            return parts

        parts, width = stack(1, [(16, 5, 1), (32, 4, 2), (64, 4, 1), (128, 4, 2), (256, 4, 1),
                                 (256, 1, 1)], nn.Conv2d)
        self.encoder = nn.Sequential(*parts, nn.Conv2d(width, 2 * latent, 1))
        parts, width = stack(latent, [(128, 4, 1), (64, 4, 2), (32, 4, 1), (16, 4, 2), (16, 5, 1),
                                      (16, 1, 1)], nn.ConvTranspose2d)
        self.generator = nn.Sequential(*parts, nn.Conv2d(width, 1, 1), nn.Sigmoid())
        self.critic = nn.ModuleDict({
            "x": convs(1, [(16, 5, 1), (32, 4, 2), (64, 4, 1), (128, 4, 2), (256, 4, 1)]),
            "z": convs(latent, [(256, 1, 1), (256, 1, 1)]),
            "both": convs(512, [(512, 1, 1), (512, 1, 1), (1, 1, 1)])})
        for part in [*self.encoder, *self.generator]:
            if isinstance(part, nn.BatchNorm2d):
                nn.init.normal_(part.weight, 1, 0.02)
            elif hasattr(part, "weight"):
                nn.init.normal_(part.weight, 0, 0.02)

    def moments(self, crops):
        return self.encoder(crops).flatten(1)

    def generate(self, z):
        return self.generator(z.unsqueeze(2).unsqueeze(3))

    def discriminate(self, crops, z):
        def through(layers, x, last=False):
            for i, layer in enumerate(layers):
                x = layer(x if x.shape[1] == 1 else F.dropout2d(x, 0.2))
                if not last or i + 1 < len(layers):
                    x = F.leaky_relu(x, 0.2)
            return x

        code = through(self.critic["z"], z.unsqueeze(2).unsqueeze(3))
        x = through(self.critic["x"], crops)
        return through(self.critic["both"], torch.cat([x, code], 1), True).flatten()


def make_ali(args, mels):
    net = Ali()
    moving = [*net.encoder.parameters(), *net.generator.parameters()]
    opt = torch.optim.Adam(moving, lr=5e-4, betas=(0.5, 0.999))
    opt_critic = torch.optim.Adam(net.critic.parameters(), lr=5e-4, betas=(0.5, 0.999))
    rows, latent, batch = torch.arange(args.batch), net.latent, args.batch

    def both(crops):
        drawn = torch.randn(batch, latent)
        real = crops + 0.1 * torch.randn_like(crops)
        moments = net.moments(real)
        deviation = moments[:, latent:].clamp(-7, 2).exp()
        code = moments[:, :latent] + deviation * torch.randn(batch, latent)
        made = net.generate(drawn)
        return drawn, real, moments, code, made + 0.1 * torch.randn_like(made)

    def step():
        clips = mels.index_select(0, rows).float().div_(255)
        half = torch.randint(0, 2, (batch,)).tolist()
        first = torch.randint(0, FRAMES - CROP + 1, (batch,)).tolist()
        crops = torch.stack([clips[i, h * CROP:(h + 1) * CROP, f:f + CROP]
                             for i, (h, f) in enumerate(zip(half, first))]).unsqueeze(1)
        net.critic.requires_grad_(True)
        opt_critic.zero_grad()
        with torch.no_grad():
            drawn, real, _, code, made = both(crops)
        logits = net.discriminate(torch.cat([real, made]), torch.cat([code, drawn]))
        encoded, generated = logits[:batch], logits[batch:]
        loss = F.softplus(-encoded).mean() + F.softplus(generated).mean()
        other = F.softplus(encoded).mean() + F.softplus(-generated).mean()
        (loss * (other.detach() < 3.5).float()).backward()
        opt_critic.step()

        net.critic.requires_grad_(False)
        opt.zero_grad()
        drawn, real, moments, code, made = both(crops)
        logits = net.discriminate(torch.cat([real, made]), torch.cat([code, drawn]))
        encoded, generated = logits[:batch], logits[batch:]
        loss = F.softplus(encoded).mean() + F.softplus(-generated).mean()
        loss = loss + 10 * F.l1_loss(net.generate(moments[:, :latent]), crops)
        loss.backward()
        opt.step()

    return step


def make(args):
    mels = torch.randint(0, 256, (args.batch, MELS, FRAMES), dtype=torch.uint8)
    return make_ali(args, mels) if args.preset == "ali" else make_clip(args, mels)
