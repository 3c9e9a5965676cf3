"""The client of the tests."""

import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # its notice that httpx has a successor
    from starlette.testclient import TestClient

__all__ = ["TestClient"]
