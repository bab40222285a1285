"""Telegram, side by side: `python -m benchmarks telegram`."""

from collections.abc import Iterator

from benchmarks.measure import Options, Result


def run(options: Options) -> Iterator[Result]:
    # Not above: the bots beside ours import this package too, without our libraries.
    from benchmarks.telegram.compare import compared

    return compared(options)
