"""The training itself: the function `main`."""

from vae.config import FactorConfig, RunConfig
from vae.export.script import data

_ADAM = """
def adam(model):
    return torch.optim.Adam(model.parameters(), lr=LEARNING_RATE)
"""
_TWO_RATES = '''
def adam(model):
    """The discriminator has a learning rate and moments of its own (Kim & Mnih 2018)."""
    critic = [*model.discriminator.parameters()]
    others = [p for p in model.parameters() if all(p is not own for own in critic)]
    groups = [{{"params": others}}, {{"params": critic, "lr": {rate}, "betas": (0.5, 0.9)}}]
    return torch.optim.Adam(groups, lr=LEARNING_RATE)
'''
_COSINE = """
    total = EPOCHS * (len(images) // size)
    cosine = lambda step: 0.5 * (1 + math.cos(math.pi * step / total))
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, cosine)
"""
_MAIN = '''
def binarised(images):
    """Each pixel on with the probability that its grey value says."""
    return torch.bernoulli(images.float() / 255).byte()


def main():
    torch.manual_seed(SEED)
    images, labels = (each.to(DEVICE) for each in load())
{fixed}    model = Model().to(DEVICE)
    some = torch.arange(0, len(images), max(1, len(images) // 10_000), device=DEVICE)
    model.start_at(images[some].float().mean(0) / 255)
    optimizer = adam(model)
    size, step = min(BATCH, len(images)), 0
{cosine}    for epoch in range(1, EPOCHS + 1):
        sums = {{}}
        for index in torch.randperm(len(images), device=DEVICE).split(size):
            if len(index) < size:
                break
            batch = images[index]
            x = binarised(batch).float() if PIXELS == "dynamic" else batch.float() / 255
            found = terms(model, x, labels[index] if CLASSES else None, step)
            optimizer.zero_grad()
            found["loss"].backward()
            optimizer.step()
{slower}            step += 1
            for name, value in found.items():
                sums[name] = sums.get(name, 0.0) + value.item() * size / len(images)
        print(f"epoch {{epoch}}", *(f"{{name}} {{value:.2f}}" for name, value in sums.items()))
    torch.save(model.state_dict(), "model.pt")


if __name__ == "__main__":
    main()
'''


def text(config: RunConfig) -> str:
    """The functions that train and save."""
    objective, cosine = config.objective, config.train.schedule == "cosine"
    adam = _ADAM
    if isinstance(objective, FactorConfig):
        adam = _TWO_RATES.format(rate=objective.learning_rate)
    fixed = "    images = 255 * binarised(images)\n" * (data.pixels(config) == "fixed")
    slower = "            schedule.step()\n" * cosine
    main = _MAIN.format(fixed=fixed, cosine=_COSINE[1:] * cosine, slower=slower)
    return f"{adam.strip()}\n\n\n{main.strip()}"
