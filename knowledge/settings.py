"""What an operator may choose: environment variables `CLAUSIER_*`, also from a file `.env`."""

from __future__ import annotations

import ipaddress
import os
import re
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from knowledge.errors import Misconfigured
from knowledge.models import Audience

PREFIX: Final = "CLAUSIER_"
BUILT_IN_MODEL: Final = "built-in"


Place = Path | str
"""A file of SQLite, or the address of a PostgreSQL database."""


class Settings(BaseSettings):
    """Validated once at the edge and passed down; nothing below reads the environment."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=".env", dotenv_filtering="match_prefix", extra="forbid", frozen=True
    )

    data_dir: Path = Field(Path("data"), description="Folder of the database and its index. One process owns it.")
    database_url: str | None = Field(
        None, description="Database: `sqlite:///` and a path, or `postgresql://...`; unset: in the data directory."
    )
    model_dir: Path = Field(
        Path.home() / ".cache" / "clausier" / "models", description="Folder in which the built-in model is kept."
    )
    embedding_model: str = Field(
        BUILT_IN_MODEL, description="`built-in`, or the folder or name of a sentence-transformers model."
    )
    embedding_hub: bool = Field(False, description="Allow a named embedding model to be fetched from its hub.")
    library_dir: Path | None = Field(None, description="Folder of the shipped library; unset: the one in the package.")
    templates_dir: Path | None = Field(
        None, description="Folder of a firm's own templates, such as `documents/checklist.md.j2`; they replace ours."
    )
    llm: str | None = Field(None, description="Language model as `provider:model`; unset: answers are extractive.")
    llm_base_url: str | None = Field(None, description="Address of an OpenAI-compatible server.")
    llm_api_key: SecretStr | None = Field(None, description="Key for the language model, where it needs one.")
    llm_first_token_seconds: float = Field(8.0, gt=0, le=60, description="Longest wait for a model's first words.")
    llm_total_seconds: float = Field(30.0, gt=0, le=300, description="Longest wait for a model's whole answer.")
    llm_external: bool | None = Field(
        None, description="Whether the model's server is somebody else's; unset: every server but one on this machine."
    )
    llm_audiences: Annotated[tuple[Audience, ...], NoDecode] = Field(
        ("client", "trainee", "lawyer"),
        description="For whom an external model may be used, separated by commas; for the workspace an administrator must also "
        "have said so.",
    )
    llm_rephrase: bool = Field(
        False,
        description="Have the model rewrite follow-ups so that they can be understood alone, where that adds nothing.",
    )
    llm_rerank: bool = Field(False, description="Have the model put what was found in order, where it is quick enough.")
    llm_explain: bool = Field(
        False,
        description="Have the model explain findings of a review where somebody asks for it, sentence by sentence verified.",
    )
    llm_propose: bool = Field(False, description="Have the model propose quiz items, which a person accepts or not.")
    llm_retries: int = Field(1, ge=0, le=3, description="Times that a failed call to the model is repeated.")
    llm_daily_tokens: int | None = Field(
        2_000_000, ge=0, description="Tokens that the model may use in a day (UTC); after that, answers are extractive."
    )
    llm_daily_cost: float | None = Field(
        None, ge=0, description="What the model may cost in a day, in the currency of the prices."
    )
    llm_price_sent: float = Field(0.0, ge=0, description="Price of a million tokens that are sent to the model.")
    llm_price_received: float = Field(0.0, ge=0, description="Price of a million tokens that come back.")
    llm_passages: int = Field(
        8,
        ge=1,
        le=8,
        description="Passages that a model is given for an answer; a small one reads three sooner.",
    )
    llm_max_characters: int = Field(6000, ge=200, le=50_000, description="Longest text taken from a model.")
    allowed_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Origins, separated by commas, whose pages may call the API."
    )
    allowed_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        ("localhost", "127.0.0.1", "[::1]"), description="Host names, separated by commas, that the server answers to."
    )
    trusted_proxies: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Addresses, separated by commas, of proxies in front whose `X-Forwarded-For` is believed."
    )
    secret_key: SecretStr | None = Field(
        None,
        min_length=32,
        description="Signs forms and the tokens of the widget; unset: one that the database keeps.",
    )
    https: bool = Field(False, description="People reach the server over https: cookies are sent over nothing else.")
    oidc_issuer: str | None = Field(
        None, description="Issuer (OpenID Connect) whose accounts may sign in; unset: nobody is asked."
    )
    oidc_client_id: str | None = Field(None, description="Name of this installation at the issuer.")
    oidc_client_secret: SecretStr | None = Field(None, description="Its secret at the issuer.")
    oidc_groups_claim: str = Field("groups", description="Claim of the id token that lists somebody's groups.")
    oidc_roles: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="Who gets which role, separated by commas: `group=lawyer`, `@firm.example=trainer`. Others need an account.",
    )
    session_idle_minutes: int = Field(60, ge=5, le=1440, description="Minutes after which an unused session ends.")
    session_hours: int = Field(12, ge=1, le=168, description="Hours after which any session ends.")
    audit_days: int = Field(365, ge=1, le=3650, description="Days that the log of who did what is kept.")
    max_body_bytes: int = Field(256_000, ge=10_000, le=100_000_000, description="Longest body of a request, in bytes.")
    max_upload_bytes: int = Field(
        20_000_000, ge=100_000, le=100_000_000, description="Largest contract that may be sent for review, in bytes."
    )
    receive_seconds: float = Field(60.0, gt=0, le=3600, description="Longest time in which a body has to arrive.")
    max_question_characters: int = Field(4000, ge=200, le=20_000, description="Longest question.")
    questions_per_minute: int = Field(30, ge=1, le=10_000, description="Questions a minute from one address.")
    max_waiting: int = Field(
        200,
        ge=10,
        le=10_000,
        description="Requests that may wait their turn, and connections to be let in; others are told at once to come back.",
    )
    max_streams: int = Field(64, ge=1, le=5000, description="Answers that may be streamed at once.")
    review_days: int = Field(7, ge=1, le=365, description="Days that a review and its contract are kept.")
    conversation_days: int = Field(30, ge=1, le=3650, description="Days that a conversation is kept.")
    widget_session_questions: int = Field(
        40, ge=1, le=100_000, description="Questions that one visitor of a site may ask in a day."
    )
    widget_site_questions: int = Field(60, ge=1, le=100_000, description="Questions that one site may ask in a minute.")
    widget_day_questions: int = Field(2000, ge=1, le=1_000_000, description="Questions that one site may ask in a day.")
    handoff_days: int = Field(
        180, ge=1, le=3650, description="Days that a message to the firm is kept after it was last changed."
    )
    backup_days: int = Field(
        35, ge=1, le=3650, description="Days after which the firm deletes a backup: what receipts of erasure say."
    )
    public_url: str | None = Field(
        None,
        description="Address at which people reach the server, `https://assistant.example.org`: for snippets and mails.",
    )
    smtp_host: str | None = Field(
        None, description="Mail server that tells the firm of messages; unset: no mail is sent."
    )
    smtp_port: int = Field(587, ge=1, le=65_535, description="Its port.")
    smtp_security: Literal["starttls", "tls", "none"] = Field(
        "starttls", description="How the way there is encrypted; `none` only to this machine."
    )
    smtp_user: str | None = Field(None, description="Name at the mail server, where it asks for one.")
    smtp_password: SecretStr | None = Field(None, description="Password at the mail server.")
    smtp_from: str | None = Field(None, description="Address that mails come from.")
    smtp_to: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Addresses, separated by commas, that are told of messages to the firm."
    )
    smtp_contents: Literal["notice", "message"] = Field(
        "notice", description="What a mail holds: number, site and link, or also what the visitor wrote, unencrypted."
    )

    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "warning", description="What the server writes down at least; `info`: a line a request, without content."
    )
    log_format: Literal["text", "json"] = Field("text", description="Lines for people, or a JSON object a line.")
    otel_endpoint: str | None = Field(
        None,
        description="Address of an OpenTelemetry collector, `http://127.0.0.1:4318`, that is sent how long things took, without "
        "content; unset: none is.",
    )

    @field_validator(
        "allowed_origins", "allowed_hosts", "trusted_proxies", "smtp_to", "llm_audiences", "oidc_roles", mode="before"
    )
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("allowed_origins")
    @classmethod
    def _no_wildcard(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for origin in value:
            if "*" in origin or not origin.startswith(("https://", "http://")):
                raise ValueError(f"{origin!r} is not an origin such as https://www.example.org")
        return value

    @field_validator("allowed_hosts")
    @classmethod
    def _host_names(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for host in value:
            if not re.fullmatch(r"[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\]", host):
                raise ValueError(
                    f"{host!r} is no name of a host: write assistant.example.org, without scheme, port or *"
                )
        return value

    @field_validator("trusted_proxies")
    @classmethod
    def _addresses(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for proxy in value:
            try:
                network = ipaddress.ip_network(proxy)
            except ValueError:
                raise ValueError(f"{proxy!r} is no address: write 10.0.0.2, or a network such as 10.0.0.0/24") from None
            if not network.prefixlen:
                raise ValueError(f"{proxy!r} is every address there is: whom it believes could be anybody")
        return value

    @field_validator("llm_base_url")
    @classmethod
    def _server(cls, value: str | None) -> str | None:
        if value is not None and not re.fullmatch(r"https?://[^\s/?#@]+(?:/[^\s?#]*)?", value):
            raise ValueError("write the address of the server and no more, http://127.0.0.1:8080/v1")
        return value

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith(("sqlite:///", "postgresql://")):
            raise ValueError("write sqlite:/// and the path of a file, or postgresql://user:password@host/database")
        return value

    @field_validator("public_url")
    @classmethod
    def _address(cls, value: str | None) -> str | None:
        if value is not None and not re.fullmatch(r"https?://[\w.\[\]:-]+/?", value):
            raise ValueError("write the beginning of the address and no path, https://assistant.example.org")
        return value.rstrip("/") if value else value

    @field_validator("otel_endpoint")
    @classmethod
    def _collector(cls, value: str | None) -> str | None:
        if value is not None and not re.fullmatch(r"https?://[\w.\[\]:-]+(?:/[\w./-]*)?", value):
            raise ValueError("write the address at which the collector takes OTLP over HTTP, http://127.0.0.1:4318")
        return value.rstrip("/") if value else value

    @field_validator("llm_base_url")
    @classmethod
    def _address_of_the_model(cls, value: str | None) -> str | None:
        if value is not None and not re.fullmatch(
            r"https?://(?:[\w.-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?(?:/[\w./-]*)?", value
        ):
            raise ValueError("write the address of the server and no more, http://127.0.0.1:8080/v1")
        return value

    @field_validator("oidc_issuer")
    @classmethod
    def _issuer(cls, value: str | None) -> str | None:
        if value is not None and not re.fullmatch(
            r"https://[^\s?#]+|http://(?:localhost|127\.0\.0\.1)(?::\d+)?[^\s?#]*", value
        ):
            raise ValueError("write the issuer as it names itself, https://login.example.org")
        return value

    @field_validator("oidc_roles")
    @classmethod
    def _roles(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for rule in value:
            if not re.fullmatch(r"[^=]+=(?:lawyer|trainer|administrator)", rule):
                raise ValueError(f"{rule!r} is no rule: write group=lawyer or @firm.example=trainer")
        return value

    @model_validator(mode="after")
    def _issuer_is_whole(self) -> Settings:
        given = (self.oidc_issuer, self.oidc_client_id, self.oidc_client_secret)
        if any(given) and not all(given):
            raise ValueError("CLAUSIER_OIDC_ISSUER, _CLIENT_ID and _CLIENT_SECRET belong together: set all three")
        if any(given) and not self.public_url:
            raise ValueError("CLAUSIER_OIDC_ISSUER needs CLAUSIER_PUBLIC_URL: the issuer sends people back there")
        return self

    @model_validator(mode="after")
    def _cookies_come_back(self) -> Settings:
        if self.https and self.public_url and not self.public_url.startswith("https://"):
            raise ValueError(
                "CLAUSIER_HTTPS is true, but CLAUSIER_PUBLIC_URL begins with http://: nobody could sign in"
            )
        return self

    @field_validator("smtp_from", "smtp_to")
    @classmethod
    def _mailbox(cls, value: str | tuple[str, ...] | None) -> str | tuple[str, ...] | None:
        for one in (value,) if isinstance(value, str) else value or ():
            if not re.fullmatch(r"[^\s@<>,;:\"]+@[\w.-]+", one):
                raise ValueError(f"{one!r} is no address of mail: write name@example.org")
        return value

    @model_validator(mode="after")
    def _mail_is_whole(self) -> Settings:
        if self.smtp_host is None:
            return self
        if not self.smtp_from or not self.smtp_to:
            raise ValueError("CLAUSIER_SMTP_HOST needs CLAUSIER_SMTP_FROM and CLAUSIER_SMTP_TO: set both")
        if self.smtp_security == "none" and self.smtp_host not in ("localhost", "127.0.0.1", "::1"):
            raise ValueError(
                "CLAUSIER_SMTP_SECURITY may be none only for a mail server on this machine: use starttls or tls"
            )
        return self

    @field_validator("llm")
    @classmethod
    def _provider_and_model(cls, value: str | None) -> str | None:
        if value is not None and not all(value.partition(":")):
            raise ValueError("write provider:model, for instance openai:gpt-4o-mini or ollama:mistral")
        return value

    @property
    def is_shared(self) -> bool:
        """Whether several processes may serve the same database."""
        return not isinstance(self.place, Path)

    @property
    def place(self) -> Place:
        """Where the database is: the file of one machine, or the address of PostgreSQL."""
        if self.database_url is None:
            return self.data_dir / "clausier.db"
        if self.database_url.startswith("sqlite:///"):
            return Path(self.database_url.removeprefix("sqlite:///"))
        return self.database_url


def load() -> Settings:
    """The settings of this process.

    Raises `Misconfigured`, naming the variable, for an unknown or invalid one.
    """
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    unknown = sorted(name for name in os.environ if name.startswith(PREFIX) and name not in known)
    if unknown:
        raise Misconfigured(f"{unknown[0]} is not a setting; known ones: {', '.join(sorted(known))}")
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = PREFIX + str(first["loc"][0]).upper().removeprefix(PREFIX) if first["loc"] else "settings"
        raise Misconfigured(f"{name}: {first['msg']}") from error
