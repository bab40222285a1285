"""Files: durable under the name of their content, and nowhere else."""

import os
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest

from storage.files import Files

DAY = timedelta(days=1)


@pytest.fixture
def files(tmp_path):
    return Files(tmp_path / "files")


def age(path, **span):
    then = time.time() - timedelta(**span).total_seconds()
    os.utime(path, (then, then))


def sweep(files, known=()):
    return files.sweep(set(known).intersection, datetime.now(UTC) - DAY)


def test_a_file_is_found_by_the_hash_of_its_content(files):
    name = files.keep(b"anh")
    assert name == sha256(b"anh").hexdigest()
    assert files.path(name).read_bytes() == b"anh"
    assert files.has(name)


def test_keeping_twice_keeps_one_file(files):
    assert files.keep(b"anh") == files.keep(b"anh")
    assert [p.name for p in files.folder.rglob("*") if p.is_file()] == [files.keep(b"anh")]


@pytest.mark.parametrize(
    "name",
    [
        "",
        "..",
        "../../etc/passwd",
        "/etc/passwd",
        "a" * 63,
        "A" * 64,
        "g" * 64,
        "a" * 64 + "\n",
        "a" * 63 + "\0",
        "a" * 32 + "/" + "a" * 31,
        "a" * 64 + "/..",
    ],
)
def test_what_is_no_name_of_ours_leads_nowhere(files, name):
    with pytest.raises(ValueError, match="not the name"):
        files.path(name)
    assert not files.has(name)


KILLED = """
import os, sys
from pathlib import Path
from storage.files import Files
import storage.files
def die(*_): os._exit(9)
setattr(os if sys.argv[1] == "fsync" else Path, sys.argv[1], die)
Files(Path(sys.argv[2])).keep(b"anh")
"""


@pytest.mark.parametrize("at", ["fsync", "replace"])
def test_killed_in_the_middle_there_is_no_half_file(files, at):
    files.keep(b"other")
    done = subprocess.run([sys.executable, "-c", KILLED, at, str(files.folder)], check=False)
    assert done.returncode == 9
    name = sha256(b"anh").hexdigest()
    assert not files.has(name)
    assert files.keep(b"anh") == name
    assert files.path(name).read_bytes() == b"anh"


def test_files_nobody_knows_go_after_a_day(files):
    known, unknown, young = map(files.keep, (b"a", b"b", b"c"))
    for name in (known, unknown):
        age(files.path(name), hours=25)
    assert sweep(files, {known}) == 1
    assert [files.has(n) for n in (known, unknown, young)] == [True, False, True]


def test_what_a_crash_left_behind_goes_too(files):
    left = files.path(files.keep(b"a")).with_name(".new-x")
    left.write_bytes(b"half")
    age(left, hours=25)
    assert sweep(files) == 1
    assert not left.exists()


def test_a_file_kept_again_is_young_again(files):
    name = files.keep(b"a")
    age(files.path(name), days=3)
    files.keep(b"a")
    assert sweep(files) == 0


def test_nothing_to_sweep_yet(files):
    assert sweep(files) == 0
