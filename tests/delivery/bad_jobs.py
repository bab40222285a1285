"""Jobs that misbehave, for the tests of the worker."""

import os
import time

from bot.errors import Refused


def die(payload):
    os._exit(9)


def die_once(payload):
    """Dies unless the file it leaves behind is there."""
    try:
        with open(payload["trace"], "x"):  # noqa: PTH123
            os._exit(9)
    except FileExistsError:
        return {"survived": True}


def hang(payload):
    time.sleep(3600)


def eat(payload):
    return {"size": len(bytearray(2**30))}


def refuse(payload):
    raise Refused("Không được.")


def fail(payload):
    raise RuntimeError("broken")


def echo(payload):
    print("this is no result")  # noqa: T201
    return payload


JOBS = {f.__name__: f for f in (die, die_once, hang, eat, refuse, fail, echo)}
