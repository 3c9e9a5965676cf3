"""An OpenAPI description of every address of the program, made from its routes."""

import re
from typing import Any

from starlette.routing import BaseRoute, Route

_PARAMETER = re.compile(r"\{(\w+)(?::(\w+))?\}")
STREAMS = frozenset({"/events", "/console/events", "/console/cases/{number}/events"})
"""Answers that never end; tests of their own read them."""
FIELDS = ("csrf", "nonce", "text", "button", "tick", "after", "code", "login", "password", "again", "name", "role", "district", "reason", "off")
QUERY = ("after", "before", "hint", "back", "said", "next", "page", "colour", "status", "district", "q")


def describe(routes: list[BaseRoute]) -> dict[str, Any]:
    """All addresses with their parameters, query and form fields; any answer below 500 is in order."""
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        if isinstance(route, Route) and route.path not in STREAMS:
            address = _PARAMETER.sub(r"{\1}", route.path)
            for method in sorted((route.methods or set()) - {"HEAD"}):
                paths.setdefault(address, {})[method.lower()] = _operation(route.path, method)
    return {"openapi": "3.0.3", "info": {"title": "津暖", "version": "1"}, "paths": paths}


def _operation(path: str, method: str) -> dict[str, Any]:
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "integer" if kind == "int" else "string", "minimum": 0}}
        for name, kind in _PARAMETER.findall(path)
    ]
    if method == "GET":
        parameters += [{"name": name, "in": "query", "schema": {"type": "string"}} for name in QUERY]
    operation: dict[str, Any] = {"parameters": parameters, "responses": {"default": {"description": "any"}}}
    if method == "POST":
        fields = {"type": "object", "properties": {name: {"type": "string"} for name in FIELDS}}
        operation["requestBody"] = {"content": {"application/x-www-form-urlencoded": {"schema": fields}}}
    return operation
