"""Settings: one ``inlet.toml`` plus the environment, checked as a whole before anything starts.

Order of precedence: arguments of :func:`load_settings`, environment ``INLET_*``, the file, the
defaults. The file is the one given, else ``$INLET_CONFIG``, else ``./inlet.toml`` if it exists.
Relative paths are relative to the file's folder (to the working folder without a file). A key that
nothing knows is an error which names the nearest known one. ``docs/settings.md`` is checked
against the descriptions here.
"""

import contextlib
import difflib
import functools
import os
import secrets
import tomllib
import zoneinfo
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import BaseModel, Field, ValidationError, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from desk.errors import SettingsError
from desk.folder_settings import check_folders
from desk.quality_settings import QualitySettings
from desk.reading_settings import ReadingSettings
from desk.report_settings import ReportSettings
from desk.sending_settings import SendingSettings
from desk.settings_groups import anchored, groups_of, read_table, unknown_keys, written, written_model
from desk.sign_in_settings import SignInSettings
from desk.source_settings import Channel, SourceKind, SourceSettings
from desk.webhook_settings import WebhookSettings

PREFIX = "INLET_"
CONFIG_VARIABLE = "INLET_CONFIG"


class Settings(BaseSettings):
    """Everything that can be set, with its default.

    ``config_file`` is the file the settings came from, or ``None``.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, extra="forbid", frozen=True, nested_model_default_partial_update=False
    )

    data_dir: Path = Field(
        default=Path("var"),
        description="Folder for the database, originals, derived files, inboxes and outbox. Local disk.",
    )
    database_url: str = Field(
        default="",
        description="Empty: SQLite in the data folder. Else `postgresql://user:password@host/name` or `sqlite:////path/file`.",
    )
    pipeline_database_url: str = Field(
        default="",
        description="Database of the durable engine. Empty: its own SQLite file, or `database_url` on PostgreSQL.",
    )
    sources: tuple[SourceSettings, ...] = Field(
        default=(),
        description="Folders, mailboxes, providers. Empty: folders `inbox/fax` and `inbox/mail` in the data folder.",
    )
    rescan_seconds: float = Field(
        default=5.0,
        ge=0.2,
        le=3600.0,
        description="Watched folders are listed anew this often, whatever the events said.",
    )
    delete_taken: bool = Field(
        default=True,
        description="A taken file is deleted once its original is safe; if false it moves to `.taken/` in the folder.",
    )
    reference_dir: Path | None = Field(
        default=None,
        description="Folder with grid, roster, provider and processor tables, imported at start if changed.",
    )
    outbox_dir: Path | None = Field(
        default=None, description="Where notices to be faxed are put. Empty: `outbox` in the data folder."
    )
    held_dir: Path | None = Field(
        default=None, description="Where notices to unverified numbers wait. Empty: `held` in the data folder."
    )
    fax_resolution: Annotated[str, Field(pattern="^(fine|standard)$")] = Field(
        default="fine", description="Resolution of outgoing fax images: `fine` (204x196) or `standard` (204x98)."
    )
    web_host: str = Field(default="127.0.0.1", description="Address that the web desk listens on.")
    web_port: int = Field(
        default=8620, ge=0, le=65535, description="Port that the web desk listens on; 0 picks a free one."
    )
    web_processes: int = Field(
        default=0, ge=0, le=32, description="Processes that answer web requests. 0: one for each two processor cores."
    )
    web_threads: int = Field(default=8, ge=1, le=64, description="Threads that answer web requests, in each process.")
    allowed_hosts: tuple[str, ...] = Field(
        default=("localhost", "127.0.0.1", "[::1]"), description="Host names under which the web desk may be opened."
    )
    trusted_origins: tuple[str, ...] = Field(
        default=(), description="Origins such as `https://inlet.example` from which forms are taken behind a TLS proxy."
    )
    https: bool = Field(
        default=False, description="The desk is reached by HTTPS (through a proxy): cookies only travel there."
    )
    session_minutes: int = Field(
        default=30, ge=1, le=1440, description="Minutes without activity after which a clerk is signed out."
    )
    readers: int = Field(
        default=0, ge=0, le=64, description="Resident reader processes. 0: one for each processor core."
    )
    page_seconds: float = Field(
        default=60.0,
        gt=0.0,
        le=3600.0,
        description="Time limit for reading one page; a reader that takes longer is replaced.",
    )
    page_tries: int = Field(
        default=3, ge=1, le=10, description="How often a page is tried when a reader crashes or runs out of time."
    )
    storage_retry_seconds: float = Field(
        default=30.0,
        gt=0.0,
        le=3600.0,
        description="Pause before trying again when storage is full or cannot be written.",
    )
    executor_id: str = Field(
        default="",
        description="Name of this worker. Empty: fixed on SQLite, host name and a random part on PostgreSQL.",
    )
    time_zone: str = Field(default="America/Los_Angeles", description="Time zone of due dates, pages and reports.")
    organisation: str = Field(
        default="Alameda Alliance for Health", description="Name of the plan on pages and notices."
    )
    answer_phone: str = Field(default="+15107474540", description="Phone number that notices tell providers to call.")
    answer_fax: str = Field(default="+18558917174", description="Fax number that notices ask providers to answer to.")
    station_id: str = Field(
        default="",
        description="The sending station id (TSI) of our own faxes; an arrival that bears it is recognised as ours.",
    )
    log_level: Annotated[str, Field(pattern="^(debug|info|warning|error)$")] = Field(
        default="info", description="How much is logged: `debug`, `info`, `warning` or `error`."
    )
    finished_work_days: int = Field(
        default=30,
        ge=1,
        le=3650,
        description="Days after which finished workflows, and what other systems were answered and told, are deleted.",
    )
    sign_in: SignInSettings = Field(default=SignInSettings(), description="How people sign in: see the table below.")
    sending: SendingSettings = Field(default=SendingSettings(), description="How notices go out: see the table below.")
    quality: QualitySettings = Field(default=QualitySettings(), description="Quality sampling: see the table below.")
    webhooks: WebhookSettings = Field(
        default=WebhookSettings(), description="Telling other systems of changes: see the table below."
    )
    reading: ReadingSettings = Field(
        default=ReadingSettings(), description="How sure reading must be: see the table below."
    )
    report: ReportSettings = Field(default=ReportSettings(), description="The nightly report: see the table below.")
    config_file: Path | None = Field(
        default=None, exclude=True, description="The file these settings came from; not a setting."
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take values from :func:`load_settings` only, which has merged file and environment."""
        del settings_cls, dotenv_settings, file_secret_settings, env_settings
        return (init_settings,)

    @model_validator(mode="after")
    def _check_whole(self) -> Self:
        _check_names(self.all_sources)
        _check_zone(self.time_zone)
        check_folders(self)
        _check_database_url(self.database_url, "database_url")
        _check_database_url(self.pipeline_database_url, "pipeline_database_url")
        return self

    @property
    def all_sources(self) -> tuple[SourceSettings, ...]:
        """The sources set, or the two default folders in the data folder."""
        if self.sources:
            return self.sources
        inbox = self.data_dir / "inbox"
        return (
            SourceSettings(name="fax", path=inbox / "fax", label="Fax folder"),
            SourceSettings(name="mail", channel=Channel.MAIL, path=inbox / "mail", label="Mail folder"),
        )

    @property
    def outbox(self) -> Path:
        """The folder that notices to be faxed are put into."""
        return self.outbox_dir or self.data_dir / "outbox"

    @property
    def held(self) -> Path:
        """The folder in which notices to unverified numbers wait."""
        return self.held_dir or self.data_dir / "held"

    @property
    def reader_count(self) -> int:
        """How many resident readers run here."""
        return self.readers or len(os.sched_getaffinity(0))

    @property
    def web_process_count(self) -> int:
        """How many processes answer web requests here; on two cores, busy with reading, a second gains nothing."""
        return self.web_processes or max(1, len(os.sched_getaffinity(0)) // 2)

    @property
    def uses_sqlite(self) -> bool:
        """Whether the records live in SQLite, so that one worker on one machine serves them."""
        return not self.database_url.startswith("postgres")

    def to_environment(self) -> dict[str, str]:
        """Give environment variables from which another process reads these very settings."""
        found: dict[str, str] = {}
        for name in setting_names():
            value = getattr(self, name)
            if isinstance(value, BaseModel):
                found[PREFIX + name.upper()] = written_model(value)
            elif name == "sources":
                if value:
                    found[PREFIX + "SOURCES"] = written([s.model_dump(mode="json", exclude_none=True) for s in value])
            elif isinstance(value, tuple):
                found[PREFIX + name.upper()] = written(value)
            else:
                found[PREFIX + name.upper()] = "" if value is None else str(value)
        if self.config_file:
            found[CONFIG_VARIABLE] = str(self.config_file)
        return found

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        """The time zone of due dates, pages and reports."""
        return zoneinfo.ZoneInfo(self.time_zone)


def _check_names(sources: tuple[SourceSettings, ...]) -> None:
    names = [source.name for source in sources]
    for name in names:
        if names.count(name) > 1:
            msg = f"two sources are called {name!r}; give each its own name"
            raise ValueError(msg)


def _check_zone(name: str) -> None:
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError) as error:
        msg = f"time_zone {name!r} is not known here; use a name such as America/Los_Angeles"
        raise ValueError(msg) from error


def _check_database_url(url: str, key: str) -> None:
    if url and not url.startswith(("postgresql://", "postgres://", "sqlite:////")):
        msg = f"{key} must begin with postgresql:// or sqlite://// (an absolute path)"
        raise ValueError(msg)


def setting_names() -> tuple[str, ...]:
    """Give the names of all settings, in the order of the documentation."""
    return tuple(name for name in Settings.model_fields if name != "config_file")


def _nearest(key: str, known: tuple[str, ...]) -> str:
    found = difflib.get_close_matches(key, known, n=1, cutoff=0.0)
    return found[0] if found else known[0]


def _refuse_unknown(data: Mapping[str, object], where: str) -> None:
    known = setting_names()
    for key in data:
        if key not in known:
            msg = f"{where} has no setting {key!r}; did you mean {_nearest(key, known)!r}?"
            raise SettingsError(msg)
    for name, model in groups_of(Settings).items():
        for place, key, known_there in unknown_keys(model, data.get(name), f"{where}: [{name}]"):
            msg = f"{place} has no setting {key!r}; did you mean {_nearest(key, known_there)!r}?"
            raise SettingsError(msg)
    sources = data.get("sources")
    if not isinstance(sources, list | tuple):
        return
    parts = tuple(SourceSettings.model_fields)
    for source in sources:
        for key in source if isinstance(source, Mapping) else ():
            if key not in parts:
                msg = f"{where}: a source has no setting {key!r}; did you mean {_nearest(str(key), parts)!r}?"
                raise SettingsError(msg)


def _from_file(path: Path) -> dict[str, Any]:
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        msg = f"the settings file {path} cannot be read ({error.strerror}); check the path and its rights"
        raise SettingsError(msg) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        msg = f"the settings file {path} is not valid TOML: {error}"
        raise SettingsError(msg) from error
    _refuse_unknown(data, str(path))
    return data


def _from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    known = {PREFIX + name.upper(): name for name in setting_names()}
    data: dict[str, Any] = {}
    for variable, text in environment.items():
        if not variable.startswith(PREFIX) or variable == CONFIG_VARIABLE:
            continue
        name = known.get(variable)
        if name is None:
            msg = f"nothing is set by {variable}; did you mean {_nearest(variable, tuple(known))}?"
            raise SettingsError(msg)
        data[name] = _from_text(name, text)
    return data


def _from_text(name: str, text: str) -> object:
    """Read a variable: tables and lists as TOML (or comma-separated words), everything else as it stands."""
    if name in groups_of(Settings):
        return read_table(PREFIX + name.upper(), text)
    if name in {"allowed_hosts", "trusted_origins", "sources"} and text.lstrip().startswith("["):
        try:
            value: object = tomllib.loads(f"value = {text}")["value"]
        except tomllib.TOMLDecodeError as error:
            msg = f"{PREFIX}{name.upper()} is not a list: {error}"
            raise SettingsError(msg) from error
        return value
    if name in {"allowed_hosts", "trusted_origins"}:
        return [word.strip() for word in text.split(",") if word.strip()]
    if name in {"reference_dir", "outbox_dir", "held_dir"} and not text:
        return None
    return text


def _anchored(data: dict[str, Any], base: Path) -> dict[str, Any]:
    def anchor(value: object) -> object:
        return (base / Path(str(value)).expanduser()).resolve() if value else value

    data["data_dir"] = anchor(data.get("data_dir", "var"))
    for key in ("reference_dir", "outbox_dir", "held_dir"):
        if data.get(key):
            data[key] = anchor(data[key])
    for name, model in groups_of(Settings).items():
        if name in data:
            data[name] = anchored(model, data[name], anchor)
    sources = data.get("sources")
    if isinstance(sources, list | tuple):
        data["sources"] = [
            _anchored_source(source, data["data_dir"], anchor) if isinstance(source, Mapping) else source
            for source in sources
        ]
    return data


def _anchored_source(
    source: Mapping[str, object], data_dir: object, anchor: Callable[[object], object]
) -> dict[str, object]:
    """Anchor a source's paths, and give a mailbox or a provider what is another default than a folder's."""
    data = dict(source)
    if data.get("kind") == SourceKind.IMAP:
        data.setdefault("channel", Channel.MAIL)
    if data.get("kind") in {SourceKind.IMAP, SourceKind.HTTP}:
        data.setdefault("path", Path(str(data_dir)) / "spool" / str(data.get("name")))
    for key in ("path", "password_file", "token_file", "ca_file"):
        if data.get(key):
            data[key] = anchor(data[key])
    return data


def load_settings(
    config: Path | None = None, *, environment: Mapping[str, str] | None = None, **overrides: object
) -> Settings:
    """Read and check the settings.

    ``config`` is the settings file (else ``$INLET_CONFIG``, else ``./inlet.toml`` if there is one);
    ``environment`` stands in for ``os.environ``; ``overrides`` outrank both. Creates nothing.

    Raises :class:`SettingsError` with the setting and the remedy.
    """
    environment = os.environ if environment is None else environment
    path = config or (Path(environment[CONFIG_VARIABLE]) if environment.get(CONFIG_VARIABLE) else None)
    if path is None and Path("inlet.toml").is_file():
        path = Path("inlet.toml")
    path = path.expanduser().resolve() if path else None
    data = _from_file(path) if path else {}
    data |= _from_environment(environment)
    _refuse_unknown(overrides, "the call")
    data |= overrides
    data = _anchored(data, path.parent if path else Path.cwd())
    try:
        return Settings(**data, config_file=path)
    except ValidationError as error:
        raise SettingsError(_sentence(error, path)) from error


def _sentence(error: ValidationError, path: Path | None) -> str:
    faults = []
    for fault in error.errors(include_url=False, include_input=False):
        where = ".".join(str(part) for part in fault["loc"])
        text = fault["msg"].removeprefix("Value error, ")
        faults.append(f"{where}: {text}" if where else text)
    return f"the settings{f' in {path}' if path else ''} cannot be used: " + "; ".join(faults)


@functools.cache
def current_settings() -> Settings:
    """Give this process's settings, read once."""
    return load_settings()


def adopt_settings(settings: Settings) -> None:
    """Make ``settings`` those of this process and of the processes it starts; call before Django is set up."""
    for variable in [name for name in os.environ if name.startswith(PREFIX)]:
        del os.environ[variable]
    os.environ.update(settings.to_environment())
    current_settings.cache_clear()


def secret_key(settings: Settings) -> str:
    """Give the key that signs sessions: read from ``secret.key`` in the data folder, made there at first use.

    The file is readable by its owner only. Raises :class:`SettingsError` when it cannot be made,
    or when others can read it.
    """
    path = settings.data_dir / "secret.key"
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            _make_secret(path)
        return _read_secret(path)
    except OSError as error:
        msg = f"the data folder {settings.data_dir} cannot be written ({error.strerror}); check data_dir and its rights"
        raise SettingsError(msg) from error


def _make_secret(path: Path) -> None:
    """Write a new key beside ``path`` and link it into place: of two processes at once, one wins whole."""
    draft = path.with_name(f".secret.{os.getpid()}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48))
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink()


def _read_secret(path: Path) -> str:
    if path.stat().st_mode & 0o077:
        msg = f"{path} can be read by others; run chmod 600 on it"
        raise SettingsError(msg)
    text = path.read_text("ascii").strip()
    if not text:
        msg = f"{path} is empty; delete it and start again (everyone has to sign in anew)"
        raise SettingsError(msg)
    return text
