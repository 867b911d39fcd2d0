"""Settings: what is unknown or wrong is refused, and the variable is named."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from clausier.main import main
from knowledge.errors import Misconfigured
from knowledge.settings import PREFIX, Settings, load


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting of the machine's own, and no `.env` but the test's."""
    for name in list(os.environ):
        if name.startswith(PREFIX):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def test_everything_has_a_default() -> None:
    settings = load()
    assert settings.data_dir == Path("data")
    assert settings.llm is None
    assert settings.place == Path("data/clausier.db")


def test_every_setting_says_what_it_is_for() -> None:
    assert all(field.description for field in Settings.model_fields.values())


@pytest.mark.parametrize("name", ["CLAUSIER_LLMS", "CLAUSIER_", "CLAUSIER_DATA_DIRECTORY"])
def test_an_unknown_variable_is_named(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "x")
    with pytest.raises(Misconfigured, match=f"^{name} is not a setting.*CLAUSIER_DATA_DIR"):
        load()


BAD = [
    ("EMBEDDING_HUB", "perhaps"),
    ("LLM", "gpt-4o"),
    ("LLM", ":gpt"),
    ("LLM", "openai:"),
    ("LLM_FIRST_TOKEN_SECONDS", "0"),
    ("LLM_FIRST_TOKEN_SECONDS", "soon"),
    ("LLM_TOTAL_SECONDS", "301"),
    ("LLM_MAX_CHARACTERS", "10"),
    ("ALLOWED_ORIGINS", "*"),
    ("ALLOWED_ORIGINS", "https://ok.example,example.org"),
    ("ALLOWED_ORIGINS", "https://*.example.org"),
    ("SECRET_KEY", "short"),
    ("MAX_BODY_BYTES", "1"),
    ("MAX_QUESTION_CHARACTERS", "1e9"),
    ("QUESTIONS_PER_MINUTE", "0"),
    ("MAX_STREAMS", "-1"),
    ("CONVERSATION_DAYS", "0"),
    ("WIDGET_SESSION_QUESTIONS", "0"),
    ("HANDOFF_DAYS", "0"),
    ("PUBLIC_URL", "assistant.example.org"),
    ("PUBLIC_URL", "https://assistant.example.org/page"),
    ("SMTP_PORT", "0"),
    ("SMTP_SECURITY", "perhaps"),
    ("SMTP_FROM", "clausier"),
    ("SMTP_TO", "a@example.org, b"),
    ("SMTP_TO", "a@example.org\nBcc: b@example.org"),
    ("SMTP_CONTENTS", "all"),
    ("ALLOWED_HOSTS", "*"),
    ("ALLOWED_HOSTS", "https://assistant.example.org"),
    ("ALLOWED_HOSTS", "assistant.example.org:8000"),
    ("TRUSTED_PROXIES", "*"),
    ("TRUSTED_PROXIES", "0.0.0.0/0"),
    ("TRUSTED_PROXIES", "proxy.example.org"),
    ("LLM_BASE_URL", "file:///etc/passwd"),
    ("LLM_BASE_URL", "http://user:password@model.example/v1"),
    ("LLM_AUDIENCES", "everybody"),
    ("SECRET_KEY", ""),
    ("DATABASE_URL", "mysql://host/database"),
    ("OIDC_ISSUER", "http://login.example.org"),
    ("OIDC_ROLES", "everybody"),
    ("RECEIVE_SECONDS", "0"),
    ("LOG_LEVEL", "loud"),
]


@pytest.mark.parametrize(("name", "value"), BAD)
def test_a_bad_value_names_its_variable(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(PREFIX + name, value)
    with pytest.raises(Misconfigured) as caught:
        load()
    assert str(caught.value).startswith(PREFIX + name + ":")
    assert "\n" not in str(caught.value)


UNSAFE = [
    ({"HTTPS": "true", "PUBLIC_URL": "http://assistant.example.org"}, "PUBLIC_URL"),
    ({"OIDC_ISSUER": "https://login.example.org", "OIDC_CLIENT_ID": "clausier"}, "OIDC_ISSUER"),
    ({"SMTP_HOST": "mail.example.org", "SMTP_FROM": "a@example.org", "SMTP_TO": "b@example.org", "SMTP_SECURITY": "none"},
     "SMTP_SECURITY"),
    ({"DATA_DIRECTORY": "data"}, "DATA_DIRECTORY"),
]  # fmt: skip


@pytest.mark.check("S06")
def test_a_wrong_configuration_is_refused_before_anything_is_opened(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """As a person meets it: a command, its exit code, and one line."""
    wrong = [*(({name: value}, name) for name, value in BAD), *UNSAFE]
    refused = 0
    for number, (given, named) in enumerate(wrong):
        folder = tmp_path / str(number)
        environment = {PREFIX + "DATA_DIR": str(folder), **{PREFIX + name: value for name, value in given.items()}}
        told = CliRunner().invoke(main, ["documents"], env=environment)
        assert (told.exit_code, told.stdout) == (1, ""), (given, told.stderr)
        assert told.stderr.count("\n") == 1, told.stderr
        assert PREFIX + named in told.stderr
        assert not folder.exists(), "nothing is made"
        refused += 1
    open_to_all = tmp_path / "open"
    open_to_all.mkdir()
    open_to_all.chmod(0o777)
    told = CliRunner().invoke(main, ["documents"], env={PREFIX + "DATA_DIR": str(open_to_all)})
    assert told.exit_code == 1
    assert "CLAUSIER_DATA_DIR: everybody may write" in told.stderr
    assert list(open_to_all.iterdir()) == []
    refused += 1
    assert refused >= 40
    record_property("figure", f"{refused} of {len(wrong) + 1} refused in one line with the name of the setting")


def test_a_secret_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLAUSIER_SECRET_KEY", "s3cr3t")
    with pytest.raises(Misconfigured) as caught:
        load()
    assert "s3cr3t" not in str(caught.value)
    monkeypatch.setenv("CLAUSIER_SECRET_KEY", "s3cr3t" * 8)
    assert "s3cr3t" not in repr(load())


MAIL = {"SMTP_HOST": "mail.example.org", "SMTP_FROM": "clausier@example.org", "SMTP_TO": "a@example.org,b@example.org"}


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"SMTP_FROM": ""}, "SMTP_FROM"),
        ({"SMTP_TO": ""}, "SMTP_TO"),
        ({"SMTP_SECURITY": "none"}, "SMTP_SECURITY"),
    ],
)
def test_mail_is_set_whole_and_goes_encrypted(
    monkeypatch: pytest.MonkeyPatch, change: dict[str, str], named: str
) -> None:
    for name, value in {**MAIL, **change}.items():
        if value:
            monkeypatch.setenv(PREFIX + name, value)
    with pytest.raises(Misconfigured, match=PREFIX + named):
        load()
    for name, value in {**MAIL, "SMTP_SECURITY": "starttls"}.items():
        monkeypatch.setenv(PREFIX + name, value)
    assert load().smtp_to == ("a@example.org", "b@example.org")
    monkeypatch.setenv("CLAUSIER_SMTP_HOST", "127.0.0.1")
    monkeypatch.setenv("CLAUSIER_SMTP_SECURITY", "none")
    assert load().smtp_host == "127.0.0.1"


def test_an_address_is_written_without_its_last_slash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLAUSIER_PUBLIC_URL", "https://assistant.example.org/")
    assert load().public_url == "https://assistant.example.org"


def test_lists_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLAUSIER_ALLOWED_ORIGINS", "https://a.example, https://b.example,")
    assert load().allowed_origins == ("https://a.example", "https://b.example")


def test_a_file_env_is_read_and_the_environment_goes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("CLAUSIER_DATA_DIR=/from/file\nCLAUSIER_MAX_STREAMS=7\nUNRELATED=1\n")
    monkeypatch.setenv("CLAUSIER_DATA_DIR", "/from/environment")
    settings = load()
    assert settings.data_dir == Path("/from/environment")
    assert settings.max_streams == 7


@pytest.mark.parametrize(
    ("line", "name"),
    [("CLAUSIER_LLMS=x", "CLAUSIER_LLMS"), ("CLAUSIER_MAX_STREAMS=many", "CLAUSIER_MAX_STREAMS")],
)
def test_a_file_env_is_as_strict(tmp_path: Path, line: str, name: str) -> None:
    (tmp_path / ".env").write_text(line + "\n")
    with pytest.raises(Misconfigured, match=f"^{name}"):
        load()


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="frozen"):
        load().data_dir = Path("elsewhere")  # type: ignore[misc]
