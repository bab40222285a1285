"""What takes much memory, and few need, is loaded by those who need it."""

import subprocess
import sys

import pytest

FEW_NEED = {
    "alembic": "those who migrate, in a process of their own",
    "PIL": "the worker, and who sends a picture",
    "psycopg": "who has PostgreSQL",
    "rapidfuzz": "who types what is no name",
    "rich": "dvk doctor",
}
START = """
import sys, bot.cli, bot.demo, bot.serving
from bot.handlers.registry import load_handlers
list(load_handlers())
print(*{name.partition(".")[0] for name in sys.modules})
"""


@pytest.fixture(scope="module")
def loaded():
    done = subprocess.run([sys.executable, "-c", START], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.mark.parametrize("name", FEW_NEED)
def test_the_running_bot_does_without(name, loaded):
    assert name not in loaded, f"only for {FEW_NEED[name]}: import it where it is used"
