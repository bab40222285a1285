"""All benchmarks, or those named, as one Markdown table: python -m benchmarks [NAME …]"""

import argparse
import importlib
import pkgutil

import benchmarks
from benchmarks.measure import HEAD, Options


def main() -> None:
    names = [module.name for module in pkgutil.iter_modules(benchmarks.__path__)]
    modules = {n: importlib.import_module(f"benchmarks.{n}") for n in names if n[0] != "_"}
    runs = {name: module.run for name, module in modules.items() if hasattr(module, "run")}
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of: {', '.join(runs)}")
    parser.add_argument("--postgres", action="store_true", help="on the PostgreSQL of the tests")
    parser.add_argument("--size", type=float, default=1.0, help="share of the data, e.g. 0.1")
    chosen = parser.parse_args()
    if unknown := set(chosen.names) - set(runs):
        parser.error(f"no benchmark {', '.join(sorted(unknown))}; there are: {', '.join(runs)}")
    print(HEAD, flush=True)
    for name in chosen.names or runs:
        for result in runs[name](Options(chosen.postgres, chosen.size)):
            print(result.row(), flush=True)


if __name__ == "__main__":
    main()
