"""Write the trained network as ``extract/readers/models/inlet_line.onnx`` with its description.

    python -m extract.training.export --run FOLDER

The network's averaged weights are taken. The file is checked against the network on random ink
before it replaces the one that is there.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import onnxruntime as ort
import torch

from extract.readers.line_image import HEIGHT
from extract.readers.own import MODEL
from extract.training.alphabet import ALPHABET
from extract.training.model import STEP, LineNet
from extract.training.shards import KINDS

TRAINING_SEED = 11
"""The default of ``train --seed``."""
_CLOSE = 2e-3
_LARGEST = 8_000_000


def export(state: Path, target: Path) -> None:
    """Write the network of ``state`` (an ``average.pt``) to ``target``; raise where the two do not agree."""
    net = LineNet()
    net.load_state_dict(torch.load(state, weights_only=True)["net"])
    net.eval()
    unfinished = target.with_suffix(".part.onnx")
    torch.onnx.export(
        net,
        (torch.zeros(1, 1, HEIGHT, 256), torch.zeros(1, dtype=torch.long)),
        str(unfinished),
        input_names=["ink", "kind"],
        output_names=["scores"],
        dynamic_axes={"ink": {0: "lines", 3: "width"}, "kind": {0: "lines"}, "scores": {0: "lines", 1: "steps"}},
        opset_version=17,
        dynamo=False,
    )
    if unfinished.stat().st_size > _LARGEST:
        raise ValueError(f"the model is {unfinished.stat().st_size} bytes, more than {_LARGEST}")
    session = ort.InferenceSession(str(unfinished), providers=["CPUExecutionProvider"])
    for width in (32, 100, 516):
        ink = np.random.default_rng(width).random((2, 1, HEIGHT, width), dtype=np.float32)
        kinds = np.array([0, 3], dtype=np.int64)
        with torch.no_grad():
            wanted = net(torch.from_numpy(ink), torch.from_numpy(kinds)).numpy()
        given = session.run(["scores"], {"ink": ink, "kind": kinds})[0]
        if np.abs(np.exp(wanted) - np.exp(given)).max() > _CLOSE:
            raise ValueError(f"the exported network disagrees with the trained one at width {width}")
    unfinished.replace(target)


def describe(state: Path, target: Path, *, seed: int, lines: int) -> None:
    """Write the description: what the reader needs, and the recipe; scores are added by ``evaluate``."""
    kept = torch.load(state, weights_only=True)
    about = {
        "name": "inlet_line",
        "height": HEIGHT,
        "dpi": 204,
        "step": STEP,
        "alphabet": ALPHABET,
        "kinds": [kind.value if kind else "" for kind in KINDS],
        "parameters": sum(p.numel() for p in LineNet().parameters()),
        "recipe": {
            "lines drawn": lines,
            "seed of the lines": seed,
            "seed of the training": TRAINING_SEED,
            "views": kept["views"],
            "steps": kept["step"],
            "seconds": round(kept["spent"]),
            "optimiser": "AdamW 3e-3, cosine over the time, two processes averaged every 8 steps, running average 0.98",
            "exact on held-out drawings of the training fonts": round(kept["exact"], 4),
        },
    }
    target.write_text(json.dumps(about, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def main() -> None:
    """Export as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", type=Path, required=True, help="the folder train wrote to")
    parser.add_argument("--out", type=Path, default=MODEL)
    parser.add_argument("--seed", type=int, default=7, help="the seed the lines were drawn with")
    parser.add_argument("--lines", type=int, default=0, help="how many lines were drawn")
    options = parser.parse_args()
    options.out.parent.mkdir(parents=True, exist_ok=True)
    state = options.run / "average.pt"
    export(state, options.out)
    describe(state, options.out.with_suffix(".json"), seed=options.seed, lines=options.lines)
    print(f"{options.out}: {options.out.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
