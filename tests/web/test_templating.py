"""Templates and static files."""

import pytest
from jinja2 import UndefinedError
from starlette.applications import Starlette

from bot.web.templating import STATIC, asset, environment, static_routes
from tests.web.conftest import TestClient


def test_values_are_escaped() -> None:
    made = environment().from_string("{{ said }}").render(said="<script>")
    assert made == "&lt;script&gt;"


def test_a_missing_value_is_an_error_and_not_an_empty_place() -> None:
    with pytest.raises(UndefinedError):
        environment().from_string("{{ missing }}").render()


def test_static_files_with_a_fingerprint_are_kept_for_long() -> None:
    client = TestClient(Starlette(routes=static_routes()))
    assert "immutable" in client.get(asset("base.css")).headers["cache-control"]
    assert client.get("/static/base.css").headers["cache-control"] == "no-cache"
    assert client.get("/static/missing.css?v=1").status_code == 404
    assert client.get("/static/..%2fcsrf.py").status_code == 404


def test_styles_and_scripts_fetch_nothing_from_elsewhere() -> None:
    files = [file for file in STATIC.iterdir() if file.suffix in {".css", ".js"}]
    assert files
    for file in files:
        content = file.read_text(encoding="utf-8")
        assert "http:" not in content, file.name
        assert "https:" not in content, file.name
        assert "@import" not in content, file.name
