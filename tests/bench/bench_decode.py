"""What opening a picture costs, `core.images.decode` beside the usual practice; prints one JSON object.

Run from the project's root on Linux: `python tests/bench/bench_decode.py`. Each figure is from a process of its own:
`peak_mb` is how far the resident memory rose above what it was before the call (VmHWM, MB of 1,000,000 bytes).
"""

from __future__ import annotations

import json
import platform
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import PIL  # noqa: E402
from PIL import Image  # noqa: E402

from tests.core.pictures import black_png, encode  # noqa: E402

CHILD = """
import io, json, pathlib, statistics, sys, time, warnings
warnings.simplefilter("ignore")
from PIL import Image
from core.errors import UserError
from core.images import decode

def peak():
    lines = pathlib.Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))

def usual(data):
    return Image.open(io.BytesIO(data)).convert("RGB")

how = {"decode": decode, "usual": usual}[sys.argv[1]]
data, repeats = pathlib.Path(sys.argv[2]).read_bytes(), int(sys.argv[3])
Image.init()
before, times, says = peak(), [], ""
for _ in range(repeats):
    start = time.perf_counter()
    try:
        how(data)
    except (UserError, Image.DecompressionBombError) as error:
        says = f"{type(error).__name__}: {error}"
    times.append(1000 * (time.perf_counter() - start))
result = {"peak_mb": round((peak() - before) / 1e6, 1), "ms": round(statistics.median(times), 1), "says": says}
print(json.dumps(result))
"""


def _slope(width: int, height: int, mode: str) -> Image.Image:
    return Image.merge(mode, [Image.linear_gradient("L").resize((width, height))] * len(mode))


CASES: dict[str, tuple[Callable[[], bytes], int]] = {  # name -> how to make the file, how often to open it
    "refuse_80_mpx_png": (lambda: black_png(10000, 8000), 1),
    "refuse_178_mpx_png": (lambda: black_png(13340, 13340), 1),
    "refuse_400_mpx_png": (lambda: black_png(20000, 20000), 1),
    "accept_12_mpx_jpeg": (lambda: encode(_slope(4000, 3000, "RGB"), "JPEG", quality=90), 5),
    "accept_40_mpx_png_with_alpha": (lambda: encode(_slope(8000, 5000, "RGBA"), "PNG", compress_level=1), 1),
    "accept_40_mpx_webp": (lambda: encode(_slope(8000, 5000, "RGB"), "WEBP", quality=50, method=0), 1),
}


def measure(cases: Iterable[str] = tuple(CASES)) -> dict[str, dict[str, dict[str, float | str]]]:
    """Measure some cases.

    Args:
        cases: names of `CASES`.

    Returns:
        Case -> "decode" or "usual" -> peak_mb, ms (the median of the case's repeats) and says (the refusal).
    """
    results = {}
    for name in cases:
        make, repeats = CASES[name]
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "picture"
            file.write_bytes(make())  # here and not in the child, whose peak shall be that of decoding alone
            results[name] = {
                how: json.loads(
                    subprocess.run(
                        [sys.executable, "-c", CHILD, how, str(file), str(repeats)],
                        cwd=ROOT,
                        capture_output=True,
                        check=True,
                    ).stdout
                )
                for how in ("decode", "usual")
            }
    return results


def main() -> None:
    """Measure everything and print it."""
    machine = {"python": platform.python_version(), "pillow": PIL.__version__, "system": platform.platform()}
    print(json.dumps({"machine": machine, "results": measure()}, indent=2))


if __name__ == "__main__":
    main()
