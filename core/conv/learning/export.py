"""What a learned kernel can be taken away as: a table of its steps, and a PyTorch program."""

from __future__ import annotations

import csv
import io

import numpy as np

from core.conv.learning.curvature import MOMENTUM, Array, Optimiser
from core.conv.learning.descent import TOLERANCE, Trajectory

STABLE = 500
"""Steps up to which two Adam runs that differ by rounding are the same. Later, where gradients are tiny, Adam blows
rounding up: over 44 settings none of the runs parted by a millionth before step 900, some a little later."""


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
    seed: int = 0,
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
        run: the run itself; what rounding cannot change of it is asserted.
        seed: of the noise.
    """
    if sample is None:
        picture = (
            f"# a made-up picture: put your own here, grey values 0 to 1\n"
            f"generator = torch.Generator().manual_seed(0)\n"
            f"x = torch.rand({side}, {side}, generator=generator, dtype=torch.float64)"
        )
    else:
        picture = (
            f'picture = Image.open(str(files("skimage") / "data" / "{sample}")).convert("RGB")\n'
            f"scale = {side} / max(picture.size)\n"
            "size = tuple(max(1, round(length * scale)) for length in picture.size)\n"
            "picture = picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)\n"
            'x = torch.from_numpy(np.asarray(picture.convert("L"), dtype=np.float64) / 255)'
        )
    imports = "import numpy as np\nimport torch\nimport torch.nn.functional as F\n"
    if sample is not None:
        imports = f"from importlib.resources import files\n\n{imports}from PIL import Image\n"
    make = {
        Optimiser.SGD: f"torch.optim.SGD([kernel], lr={lr!r})",
        Optimiser.MOMENTUM: f"torch.optim.SGD([kernel], lr={lr!r}, momentum={MOMENTUM:g})",
        Optimiser.ADAM: f"torch.optim.Adam([kernel], lr={lr!r})",
    }[optimiser]
    end, claims = _claims(run, optimiser) if sample is not None else (run.last, "")
    return f"""{imports}
{picture}
{"x = x - x.mean()" if centred else "# x = x - x.mean() would centre the picture"}

target = torch.tensor({_matrix(target)}, dtype=torch.float64)[None, None]
y = F.conv2d(x[None, None], target)
y = y + {noise!r} * torch.from_numpy(np.random.default_rng({seed}).standard_normal(tuple(y.shape[2:])))

kernel = torch.tensor({_matrix(run.kernels[0])}, dtype=torch.float64)[None, None].requires_grad_()
optimiser = {make}

# the gradient by hand: the loss is quadratic in the kernel, and the rows of X are the patches of the picture
X = F.unfold(x[None, None], {len(target)})[0].T
gradient = 2 / len(X) * X.T @ (X @ kernel.detach().flatten() - y.flatten())
F.mse_loss(F.conv2d(x[None, None], kernel), y).backward()
largest = float(gradient.abs().max())
torch.testing.assert_close(kernel.grad.flatten(), gradient, rtol=1e-6, atol=1e-9 * largest)

losses, kernels = [], []
for step in range({end} + 1):
    loss = F.mse_loss(F.conv2d(x[None, None], kernel), y)
    losses.append(loss.item())
    kernels.append(kernel.detach()[0, 0].clone())
    error = (kernel.detach() - target).abs().max().item()
    if error <= {TOLERANCE!r} or step == {end}:
        break
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()

print(f"step {{step}}: loss {{losses[-1]:.3g}}, largest difference from the target {{error:.3g}}")
print(kernels[-1])
{claims}"""


def _claims(run: Trajectory, optimiser: Optimiser) -> tuple[int, str]:
    """The step to go to at most, and assertions that hold however the arithmetic rounds."""
    steps = run.steps.tolist()
    last, stable = run.last, optimiser is not Optimiser.ADAM or run.last <= STABLE
    # a run may end a step earlier where rounding decides, but not one that diverged
    most = last - (0 if run.diverged else 2) if stable else STABLE
    finite = [bool(np.isfinite(kernel).all()) for kernel in run.kernels]
    frame = max((index for index, step in enumerate(steps) if step <= most and finite[index]), default=0)
    there = f"kernels[{steps[frame]}]"
    lines = [
        f"there = torch.tensor({_matrix(run.kernels[frame])}, dtype=torch.float64)  # on the page",
        f"torch.testing.assert_close({there}, there, rtol=1e-5, atol=1e-6 * float(there.abs().max()))",
    ]
    end = last
    if run.recovered:
        lines.append(f"assert error <= {TOLERANCE!r}, error")
        if stable:
            end = last + 1
            lines.append(f"assert abs(step - {last}) <= 1, step  # as on the page, or rounding decided")
        else:
            end = 2 * last + 1_000
            lines.append(f"# on the page it took {last:,} steps; after so many Adam makes rounding count")
    elif run.diverged and stable:
        lines.append("assert not np.isfinite(losses[-1]) or losses[-1] > 100 * losses[0]  # it diverges")
    elif stable:
        error, scale = float(run.errors[-1]), float(np.abs(run.kernels[-1]).max())
        lines.append(f"assert abs(error - {error!r}) <= {1e-5 * error + 1e-9 * scale:.3g}, error  # as on the page")
    return end, "\n".join(lines) + "\n"


def _matrix(values: Array) -> str:
    rows = (", ".join(repr(float(value)) for value in row) for row in values)
    return "[\n" + "".join(f"    [{row}],\n" for row in rows) + "]"
