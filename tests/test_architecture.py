"""The rules of docs/architecture.md that a machine can hold: layers, sizes, documented settings."""

import ast
import importlib
import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles
from typing import Any, get_args, get_origin

import pytest
from pydantic import BaseModel

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "config.example.toml"
OURS = {"bot", "storage", "tests", "benchmarks"}
PLATFORMS = {"telegram", "zalo", "web"}

ANYBODY = {"bot.errors", "bot.logs"}
FORMS = {"bot.conversation", "bot.domain"}
HANDLERS = {"bot.presentation", "storage"} | FORMS
# What each part may import besides itself. Modules like bot/app.py join them: they may import all.
# No platform may import another.
MAY_IMPORT = {
    "bot.errors": set[str](),
    "bot.logs": ANYBODY,
    "bot.config": ANYBODY | {"bot.config_values", "bot.domain"},
    "bot.domain": set[str](),
    "bot.conversation": ANYBODY | {"bot.domain"},
    "bot.presentation": ANYBODY | FORMS,
    "storage": ANYBODY | FORMS,
    "bot.handlers": ANYBODY | HANDLERS,
    "bot.platforms": ANYBODY | {"bot.conversation"},
    "bot.http": ANYBODY | HANDLERS | {"bot.handlers"},
    "bot.delivery": ANYBODY | HANDLERS | {"bot.handlers"},
    "bot.scheduling": ANYBODY | HANDLERS | {"bot.handlers"},
}


def files(*folders: str) -> list[Path]:
    found = (path for folder in folders for path in sorted((ROOT / folder).rglob("*.py")))
    return [path.relative_to(ROOT) for path in found if "migrations" not in path.parts]


def tree(path: Path) -> ast.Module:
    return ast.parse((ROOT / path).read_text("utf-8"), str(path))


def part(module: str) -> str:
    """bot.domain.units → bot.domain; storage.units → storage."""
    return ".".join(module.split(".")[: 2 if module.startswith("bot.") else 1])


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Line and full name of all that a file imports from us."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            package = path.parts[: len(path.parts) - node.level] if node.level else ()
            home = ".".join([*package, *filter(None, [node.module])])
            names = [f"{home}.{alias.name}" for alias in node.names]
        else:
            continue
        yield from ((node.lineno, name) for name in names if name.split(".")[0] in OURS)


def allowed(here: str, path: Path, name: str) -> bool:
    if here == "bot.platforms" and part(name) == here:
        others = PLATFORMS - {path.with_suffix("").parts[2]}
        return others.isdisjoint(name.split(".")[2:3])
    if here in MAY_IMPORT:
        return part(name) in MAY_IMPORT[here] | {here}
    return len(path.parts) == 2 and name.split(".")[0] in {"bot", "storage"}


def test_imports_go_down_only() -> None:
    wrong = [
        f"{path}:{line}: {here} may not import {name}"
        for path in files("bot", "storage")
        for here in [part(".".join(path.with_suffix("").parts))]
        for line, name in imports(path)
        if not allowed(here, path, name)
    ]
    assert not wrong, "\n".join(["see MAY_IMPORT; what two parts need belongs below both:", *wrong])


def test_package_files_hold_no_code() -> None:
    packages = [path for path in files("bot", "storage") if path.name == "__init__.py"]
    wrong = [
        f"{path}:{node.lineno}: move this into a module with a name"
        for path in packages
        for node in tree(path).body
        if not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
    ]
    assert not wrong, "\n".join(["only a docstring belongs into __init__.py:", *wrong])


def lines(path: Path) -> int:
    return len((ROOT / path).read_text("utf-8").splitlines())


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """Where a function is and how many lines it has: no blank ones, no docstring."""
    source = (ROOT / path).read_text("utf-8").splitlines()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = source[node.lineno - 1 : node.end_lineno]
            text = ast.get_docstring(node, clean=False) or ""
            used = sum(bool(line.strip()) for line in body)
            said = sum(bool(line.strip()) for line in text.splitlines())
            yield f"{path}:{node.lineno}: {node.name}", used - said


def test_no_file_is_longer_than_300_lines() -> None:
    long = [
        f"{path}: {lines(path)} lines"
        for path in files("bot", "storage", "tests", "benchmarks")
        if lines(path) > 300
    ]
    assert not long, "\n".join(["split by subject:", *long])


def test_no_function_is_longer_than_50_lines() -> None:
    long = [
        f"{where}, {size} lines"
        for path in files("bot", "storage", "tests", "benchmarks")
        for where, size in functions(path)
        if size > 50
    ]
    assert not long, "\n".join(["give its steps names of their own:", *long])


def test_most_functions_are_short() -> None:
    sizes = [size for path in files("bot", "storage") for _, size in functions(path)]
    assert median(sizes) <= 7, f"half of {len(sizes)} functions have over 7 lines"
    assert quantiles(sizes, n=20)[-1] <= 30, f"over 5 % of {len(sizes)} functions have > 30 lines"


DOCS = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
WRITTEN = {path.relative_to(ROOT): path.read_text("utf-8") for path in DOCS}
WRITTEN |= {path: (ROOT / path).read_text("utf-8") for path in files("bot", "storage")}


def named(pattern: str) -> Iterator[tuple[Path, str]]:
    """What our pages and docstrings name between back quotes."""
    for path, words in WRITTEN.items():
        yield from ((path, name) for name in re.findall(rf"`({pattern})`", words))


def exists(name: str) -> bool:
    """storage.units, storage.units.below"""
    home, _, last = name.rpartition(".")
    module = importlib.import_module(home)
    return hasattr(module, last) or importlib.util.find_spec(name) is not None


def test_what_the_docs_name_is_there() -> None:
    paths = named(r"(?:bot|storage|tests|docs|benchmarks)/[\w/.-]+")
    wrong = [f"{page}: {path}" for page, path in paths if not (ROOT / path).exists()]
    names = named(r"(?:bot|storage)(?:\.\w+)+")
    wrong += [f"{page}: {name}" for page, name in names if not exists(name)]
    targets = re.findall(r"^(\w+):", (ROOT / "Makefile").read_text("utf-8"), re.M)
    wrong += [f"{p}: {m}" for p, m in named(r"make \w+") if m.split()[1] not in targets]
    assert not wrong, "\n".join(["the docs name what is not there:", *wrong])


def settings(model: type[BaseModel], header: str = "") -> Iterator[tuple[str, str]]:
    """Header and name of each setting: ("[web]", "port"), ("[[telegram]]", "token")."""
    for name, field in model.model_fields.items():
        inner = inner_model(field.annotation)
        if inner is None:
            yield header, field.alias or name
        else:
            path = ".".join([*filter(None, [header.strip("[]")]), name])
            many = get_origin(field.annotation) in {list, tuple}
            yield from settings(inner, f"[[{path}]]" if many else f"[{path}]")


def inner_model(annotation: Any) -> type[BaseModel] | None:
    """Web → Web; list[Telegram] → Telegram; str → None."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(filter(None, map(inner_model, get_args(annotation))), None)


def all_settings() -> list[tuple[str, str]]:
    return list(settings(importlib.import_module("bot.config").Settings))


@pytest.mark.parametrize(("header", "name"), all_settings())
def test_setting_is_in_the_example(header: str, name: str) -> None:
    section = (
        rf"^(?:# ?)?{re.escape(header)}\s*$(.*?)(?=^(?:# ?)?\[|\Z)" if header else r"^(.*?)^\["
    )
    bodies = re.findall(section, EXAMPLE.read_text("utf-8"), re.M | re.S)
    wanted = rf"^(?:# ?)?{re.escape(name)} ="
    assert bodies, f"{EXAMPLE.name} has no section {header}"
    assert any(re.search(wanted, body, re.M) for body in bodies), f"{header} lacks a line {name} ="
