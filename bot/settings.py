"""The environment as one frozen object. Nothing else reads environment variables."""

import hashlib
import json
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.errors import SettingsError

ROOT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """All settings, each from the variable named beside it; secrets never print."""

    model_config = SettingsConfigDict(frozen=True, env_prefix="JINNUAN_", populate_by_name=True, extra="ignore")

    host: str = "127.0.0.1"
    """JINNUAN_HOST: address the web server listens on."""
    port: int = Field(default=8000, ge=1, le=65535)
    """JINNUAN_PORT."""
    data: Path = ROOT / "var"
    """JINNUAN_DATA: everything written at run time (database, keys, model, logs)."""
    database: str = ""
    """JINNUAN_DATABASE: SQLAlchemy URL; empty means an SQLite file below `data`."""
    policies_folder: Path = ROOT / "policies"
    """JINNUAN_POLICIES_FOLDER."""
    policies: Literal["desk", "files"] = "desk"
    """JINNUAN_POLICIES: `desk`: the files are the truth until the desk first publishes; `files`: always."""
    public_url: str = ""
    """JINNUAN_PUBLIC_URL: how residents and staff reach the pages, for links; empty means host and port."""
    second_factor: Literal["", "required", "optional"] = ""
    """JINNUAN_SECOND_FACTOR: whether staff need a second factor to sign in; empty means required behind https, optional elsewhere."""
    nlu_url: str = Field(default="", validation_alias="NLU_URL")
    """NLU_URL: a running NLU service; empty means that the program starts its own."""
    nlu_python: str = Field(default="", validation_alias="NLU_PYTHON")
    """NLU_PYTHON: a Python 3.10 for the NLU service; empty means nlu/.venv."""
    telegram_token: SecretStr = Field(default=SecretStr(""), validation_alias="TELEGRAM_BOT_TOKEN")
    """TELEGRAM_BOT_TOKEN: switches Telegram on."""
    telegram_screening: bool = True
    """JINNUAN_TELEGRAM_SCREENING: off limits Telegram, which leaves the mainland, to questions of policy (and crises)."""
    telegram_api: str = Field(default="https://api.telegram.org", validation_alias="TELEGRAM_API_BASE_URL")
    """TELEGRAM_API_BASE_URL: root of the Bot API; `/bot<token>` is appended."""
    alert_webhook: SecretStr = SecretStr("")
    """JINNUAN_ALERT_WEBHOOK: address of a group robot (企业微信, 钉钉) that alarms go to."""
    alert_telegram_chat: str = ""
    """JINNUAN_ALERT_TELEGRAM_CHAT: id of the duty group in Telegram; needs TELEGRAM_BOT_TOKEN."""
    alert_sms_url: SecretStr = SecretStr("")
    """JINNUAN_ALERT_SMS_URL: address of a gateway for text messages; `{phone}` and `{text}` stand in it or in the body."""
    alert_sms_body: SecretStr = SecretStr("")
    """JINNUAN_ALERT_SMS_BODY: what is posted to it; empty asks by GET."""
    alert_sms_type: Literal["application/json", "application/x-www-form-urlencoded"] = "application/json"
    """JINNUAN_ALERT_SMS_TYPE: how the body is written."""
    alert_sms_authorization: SecretStr = SecretStr("")
    """JINNUAN_ALERT_SMS_AUTHORIZATION: value of the Authorization header; empty sends none."""
    alert_sms_success: str = ""
    """JINNUAN_ALERT_SMS_SUCCESS: words in the gateway's answer that mean it was taken; empty takes every 2xx."""
    models: Path = ROOT / "var" / "models"
    """JINNUAN_MODELS: where trained models lie."""
    metrics_token: SecretStr = SecretStr("")
    """JINNUAN_METRICS_TOKEN: who shows it as a bearer may read /metrics; empty means this machine only."""
    demo: bool = False
    """JINNUAN_DEMO: fill an empty database with invented residents and cases, marked 示例."""

    @property
    def database_url(self) -> str:
        """The SQLAlchemy URL in force."""
        return self.database or f"sqlite:///{self.data / 'jinnuan.sqlite3'}"

    @property
    def key_file(self) -> Path:
        """Where the keys lie; made at the first start."""
        return self.data / "keys.json"

    @property
    def second_factor_required(self) -> bool:
        """Whether every member of staff has to set up a second factor before the first page."""
        return self.second_factor == "required" or (not self.second_factor and self.site.startswith("https://"))

    @property
    def erasure_journal(self) -> Path:
        """Where erasures are remembered beside the database, so that a restored backup does not bring anything back."""
        return self.data / "erasures.jsonl"

    @property
    def site(self) -> str:
        """Root of all links, without a slash at the end."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")


def fingerprint(settings: Settings) -> str:
    """Changes whenever a setting changes, and tells none; secrets count only as set or not."""
    values = {name: bool(value.get_secret_value()) if isinstance(value, SecretStr) else str(value) for name, value in settings}
    return hashlib.sha256(json.dumps(values, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:16]


def load_settings() -> Settings:
    """Settings from the environment.

    Raises:
        SettingsError: one text that names every wrong variable and what it may be.
    """
    try:
        return Settings()
    except ValidationError as error:
        rows = [f"环境变量 {_variable(str(item['loc'][0]))} 的值不对:{item['msg']}" for item in error.errors()]
        raise SettingsError("\n".join(rows) + "\n请改正后再启动。") from error


def _variable(name: str) -> str:
    return name if name.isupper() else f"JINNUAN_{name.upper()}"
