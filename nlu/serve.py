"""Serve one model through Rasa's own HTTP API, on loopback only.

usage: python serve.py --model FILE [--port 5005]

`rasa run --enable-api` offers the same routes, but asks for a credentials file to keep its
terminal chat from starting, opens a channel nobody uses and listens on all interfaces unless
told otherwise. Here nothing but the API starts, and no message text reaches a log.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sanic import Sanic

LOOPBACK = "127.0.0.1"
_QUIET = {
    "RASA_TELEMETRY_ENABLED": "false",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "CUDA_VISIBLE_DEVICES": "",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "LOG_LEVEL": "WARNING",
    "LOG_LEVEL_LIBRARIES": "ERROR",
}
"""Read by the libraries when they are imported, hence set before."""


def keep_quiet() -> None:
    """Telemetry off, warnings of libraries off, logs from «warning» upwards."""
    os.environ.update(_QUIET)
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    logging.captureWarnings(True)
    logging.getLogger("py.warnings").setLevel(logging.ERROR)


async def load_model(model: Path, app: Sanic, _loop: Any) -> None:
    """Load the model before the port opens; without a model there is no service."""
    from rasa.core.agent import load_agent
    from rasa.core.utils import AvailableEndpoints

    app.ctx.agent = await load_agent(model_path=str(model), endpoints=AvailableEndpoints())
    if not app.ctx.agent.is_ready():
        raise SystemExit(f"模型文件无法载入:{model.name}")


def build(model: Path) -> Sanic:
    """Rasa's application with the routes of its HTTP API, no channels, no browser access."""
    from rasa.server import create_app
    from rasa.utils.log_utils import configure_structlog

    configure_structlog(logging.WARNING)
    app = create_app(cors_origins=None, auth_token=os.environ.get("NLU_TOKEN") or None)
    for name in ("sanic.root", "sanic.error", "sanic.access"):
        logging.getLogger(name).setLevel(logging.WARNING)  # Sanic() has just set them to INFO
    app.register_listener(partial(load_model, model), "before_server_start")
    return app


def main() -> None:
    """Serve until the process is stopped."""
    parser = argparse.ArgumentParser(description="在本机提供语言理解服务")
    parser.add_argument("--model", type=Path, required=True, help="模型文件(.tar.gz)")
    parser.add_argument("--port", type=int, default=5005, help="端口,默认 5005")
    options = parser.parse_args()
    if not options.model.is_file():
        raise SystemExit(f"没有这个模型文件:{options.model}")
    keep_quiet()
    app = build(options.model.resolve())
    print(f"语言理解服务:http://{LOOPBACK}:{options.port}", file=sys.stderr, flush=True)
    app.run(
        host=LOOPBACK,
        port=options.port,
        access_log=False,
        debug=False,
        workers=1,
    )


if __name__ == "__main__":
    main()
