"""The page's own files: small, cached by content, complete."""

import json
import re

import pytest

from bot.platforms.web.assets import FOLDER, SHELL, version
from tests.platforms.web.conftest import Visit, Visitor


async def test_files_of_this_version_are_kept_for_ever(stranger: Visitor):
    response = await stranger.get(f"/s/{version()}/style.css")
    assert response.headers["Cache-Control"].endswith("immutable")
    assert response.headers["Content-Encoding"] == "gzip"


async def test_another_version_is_asked_about_again(stranger: Visitor):
    response = await stranger.get("/s/0123456789ab/style.css")
    assert (response.status, response.headers["Cache-Control"]) == (200, "no-cache")


async def test_an_unchanged_file_is_not_sent_again(stranger: Visitor):
    tag = (await stranger.get("/sw.js")).headers["ETag"]
    assert (await stranger.get("/sw.js", headers={"If-None-Match": tag})).status == 304


@pytest.mark.parametrize("name", ["..%2Fassets.py", "nothing.js", "..", "%2Fetc%2Fpasswd"])
async def test_nothing_else_is_served(stranger: Visitor, name: str):
    assert (await stranger.get(f"/s/{version()}/{name}")).status == 404


async def test_a_mount_names_its_own_paths(visit: Visit):
    role = await visit(base="/demo/hoi-vien")
    manifest = json.loads(await (await role.get("/manifest.webmanifest")).read())
    assert manifest["start_url"] == manifest["scope"] == "/demo/hoi-vien/"
    for icon in manifest["icons"]:
        assert (await role.client.get(icon["src"])).status == 200


async def test_the_worker_keeps_the_shell_and_nothing_of_the_talk(stranger: Visitor):
    text = await (await stranger.get("/sw.js")).text()
    kept = re.findall(r'"([^"]+)"', text.split("FILES")[1].split(";")[0])
    assert [path.rsplit("/", 1)[1] for path in kept] == list(SHELL)
    for path in kept:
        assert (await stranger.get(path)).status == 200
    assert not re.search(r"history|events|photo/|file/|cache\.put", text)


def test_every_module_belongs_to_the_shell():
    page = (FOLDER / "index.html").read_text("utf-8")
    scripts = "".join(p.read_text("utf-8") for p in FOLDER.glob("*.js"))
    imported = set(re.findall(r"from '\./([\w.]+)'", scripts))
    named = set(re.findall(r"\{\{at\}\}/([\w.-]+\.(?:js|css|svg))", page))
    assert imported | named == set(SHELL)


def test_the_shell_is_small():
    names = ["index.html", "sw.js", "manifest.json", *SHELL]
    assert sum((FOLDER / name).stat().st_size for name in names) <= 60 * 1024
