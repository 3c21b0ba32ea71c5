"""What a learned kernel can be taken away as: a table of its steps, and a PyTorch program."""

from __future__ import annotations

import csv
import io

from core.conv.curvature import MOMENTUM, Array, Optimiser
from core.conv.learning import TOLERANCE, Trajectory


def to_csv(run: Trajectory) -> str:
    """One line a kept step: step, loss, error, then the kernel's entries row by row as k00, k01, ..."""
    side = run.kernels.shape[1]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["step", "loss", "error", *(f"k{row}{column}" for row in range(side) for column in range(side))])
    for step, loss, error, kernel in zip(run.steps, run.losses, run.errors, run.kernels, strict=True):
        writer.writerow([int(step), *(f"{float(value):.8g}" for value in (loss, error, *kernel.flat))])
    return out.getvalue()


def to_code(
    sample: str | None,
    side: int,
    target: Array,
    *,
    optimiser: Optimiser,
    lr: float,
    centred: bool,
    noise: float,
    run: Trajectory,
) -> str:
    """A PyTorch program that repeats a run from its own first kernel, with `conv2d` on the pixels and a plain loop.

    Args:
        sample: file name of one of scikit-image's pictures, or None: then the program makes up a picture, and asserts
            only what holds for any, because the visitor's own picture is not part of it.
        side: longest side of the picture that was learned from, pixels.
        target: (k, k) the kernel to be found.
        optimiser: of the run.
        lr: its learning rate.
        centred: whether the picture's mean was subtracted.
        noise: standard deviation of what was added to the filtered picture.
        run: the run itself; its last step and error are asserted where the program can reach the same.
    """
    if sample is None:
        picture = (
            f"# a made-up picture: put your own here, grey values 0 to 1\n"
            f"x = torch.rand({side}, {side}, generator=generator, dtype=torch.float64)"
        )
    else:
        picture = (
            "from importlib.resources import files\n\nimport numpy as np\nfrom PIL import Image\n\n"
            f'picture = Image.open(str(files("skimage") / "data" / "{sample}")).convert("RGB")\n'
            f"scale = {side} / max(picture.size)\n"
            "size = tuple(max(1, round(length * scale)) for length in picture.size)\n"
            "picture = picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)\n"
            'x = torch.from_numpy(np.asarray(picture.convert("L"), dtype=np.float64) / 255)'
        )
    make = {
        Optimiser.SGD: f"torch.optim.SGD([kernel], lr={lr:g})",
        Optimiser.MOMENTUM: f"torch.optim.SGD([kernel], lr={lr:g}, momentum={MOMENTUM:g})",
        Optimiser.ADAM: f"torch.optim.Adam([kernel], lr={lr:g})",
    }[optimiser]
    exact = sample is not None and noise == 0
    if run.diverged:
        claim = "assert not torch.isfinite(loss) or loss > first, loss  # this learning rate diverges"
    elif exact:
        claim = (
            f"assert step == {run.last}, step\n"
            f"assert abs(error.item() - {run.errors[-1]:.6g}) < 1e-4, error  # as on the page"
        )
    else:
        claim = "assert loss < first, (first, loss)"
    return f"""import torch
import torch.nn.functional as F

generator = torch.Generator().manual_seed(0)
{picture}
{"x = x - x.mean()" if centred else "# x = x - x.mean() would centre the picture"}

target = torch.tensor({_matrix(target)}, dtype=torch.float64)[None, None]
y = F.conv2d(x[None, None], target)
y = y + {noise:g} * torch.randn(y.shape, generator=generator, dtype=torch.float64)

kernel = torch.tensor({_matrix(run.kernels[0])}, dtype=torch.float64)[None, None].requires_grad_()
optimiser = {make}
first = F.mse_loss(F.conv2d(x[None, None], kernel), y).item()

for step in range({run.last} + 1):
    loss = F.mse_loss(F.conv2d(x[None, None], kernel), y)
    error = (kernel.detach() - target).abs().max()
    if error <= {TOLERANCE:g} or step == {run.last}:
        break
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()

print(f"step {{step}}: loss {{loss.item():.3g}}, largest difference from the target {{error.item():.3g}}")
print(kernel.detach()[0, 0])
{claim}
"""


def _matrix(values: Array) -> str:
    rows = (", ".join(f"{float(value):.10g}" for value in row) for row in values)
    return "[\n" + "".join(f"    [{row}],\n" for row in rows) + "]"
