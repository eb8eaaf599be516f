"""Fuzzes what reads strangers' files: ``python -m bench.fuzz [TARGET …] [--seconds N] [--corpus DIR]``.

Each target runs in a process of its own for so many seconds, guided by coverage (atheris). What it
finds is written under the corpus folder as ``crash-…``; the exit status is 1 if there is any.
"""

import argparse
import subprocess
import sys
from pathlib import Path


def main() -> int:
    """Run the targets one after the other."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("targets", nargs="*")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--corpus", type=Path, default=Path("bench/out/fuzz"))
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    try:
        import atheris  # noqa: PLC0415  (only this program needs it, and it is not there for every Python)
    except ImportError:
        print("atheris is not installed for this Python; run: make setup-dev (with Python 3.11 to 3.13, x86-64)")
        return 2
    if options.inside:
        _inside(atheris, options.targets[0], options.corpus, options.seconds)
        return 0
    from bench.fuzz.targets import TARGETS, seeds  # noqa: PLC0415  (inside, it must be loaded instrumented)

    failed = []
    for name in options.targets or list(TARGETS):
        corpus = options.corpus / name
        corpus.mkdir(parents=True, exist_ok=True)
        for number, data in enumerate(seeds(name)):
            (corpus / f"seed-{number}").write_bytes(data)
        command = [sys.executable, "-m", "bench.fuzz", name, "--inside", "--seconds", str(options.seconds)]
        ended = subprocess.run([*command, "--corpus", str(corpus)], check=False, capture_output=True, text=True)  # noqa: S603  (our own program)
        found = sorted(corpus.glob("crash-*")) + sorted(corpus.glob("timeout-*")) + sorted(corpus.glob("oom-*"))
        runs = [line for line in ended.stderr.splitlines() if "Done " in line or "exec/s" in line]
        print(f"{name}: {len(found)} found; {runs[-1].strip() if runs else 'no runs'}", flush=True)
        if ended.returncode or found:
            failed.append(name)
            print("\n".join(ended.stderr.splitlines()[-25:]))
    return 1 if failed else 0


def _inside(atheris, name: str, corpus: Path, seconds: int) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001  (no types)
    """Fuzz one target in this process, with the code that it runs instrumented."""
    with atheris.instrument_imports(include=["ingest", "email", "terms"]):
        from bench.fuzz.targets import TARGETS  # noqa: PLC0415  (loaded here to be instrumented)

    target = TARGETS[name]
    arguments = [sys.argv[0], str(corpus), f"-max_total_time={seconds}", "-timeout=20", "-rss_limit_mb=2048"]
    atheris.Setup([*arguments, f"-artifact_prefix={corpus}/", "-max_len=65536"], target)
    atheris.Fuzz()


if __name__ == "__main__":
    sys.exit(main())
