"""A service to be killed: started, found, killed whole or in part, started again."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[2]


class Service:
    """``inlet serve`` on a data folder of its own, as a process that can be killed at any moment.

    ``settings`` are further ``INLET_*`` variables; what it logs goes to ``log`` (beside the data
    where it is not said).
    """

    def __init__(self, data: Path, log: Path | None = None, **settings: str) -> None:
        self.data = data
        self.log = log or data.parent / "service.log"
        self._settings = settings
        self._process: subprocess.Popen[bytes] | None = None
        self._output = self.log.open("ab")

    def start(self) -> None:
        """Start the service; do not wait for anything."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "desk.cli.main", "serve"],
            stdout=self._output,
            stderr=self._output,
            cwd=ROOT,
            env=self.environment(),
            start_new_session=True,
        )

    def environment(self) -> dict[str, str]:
        """The environment of the service and of commands about it."""
        plain = {name: value for name, value in os.environ.items() if not name.startswith("INLET_")}
        return plain | {
            "INLET_DATA_DIR": str(self.data),
            "INLET_WEB_PORT": "0",
            "INLET_READERS": "1",
            "INLET_RESCAN_SECONDS": "1",
            **self._settings,
        }

    @property
    def runs(self) -> bool:
        """Whether the supervisor is there."""
        return self._process is not None and self._process.poll() is None

    def _family(self) -> list[psutil.Process]:
        assert self._process is not None
        try:
            return psutil.Process(self._process.pid).children(recursive=True)
        except psutil.NoSuchProcess:
            return []

    def processes(self) -> list[psutil.Process]:
        """The supervisor and everything it started."""
        assert self._process is not None
        return [psutil.Process(self._process.pid), *self._family()] if self.runs else []

    def kill_worker(self) -> bool:
        """Kill the worker alone; give whether there was one."""
        return self._kill("desk.pipeline.worker")

    def kill_web(self) -> bool:
        """Kill the web desk alone; give whether there was one."""
        return self._kill("desk.web")

    def _kill(self, module: str) -> bool:
        for process in self._family():
            try:
                if module in process.cmdline():
                    process.send_signal(signal.SIGKILL)
                    return True
            except psutil.NoSuchProcess:
                continue
        return False

    def kill_all(self) -> None:
        """Kill the supervisor; the kernel has to end everything it started."""
        assert self._process is not None
        family = self._family()
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()
        _gone, alive = psutil.wait_procs(family, timeout=5)
        names = [process.name() for process in alive if process.is_running()]
        assert not alive, f"left behind after a kill: {names}"

    def stop(self) -> None:
        """Stop the service as an operator does, and see that it ends within seconds."""
        if self._process is not None and self.runs:
            self._process.terminate()
            self._process.wait(15)
        self._output.close()

    def rows(self, query: str) -> list[tuple[object, ...]]:
        """Read from the records, beside the service; nothing while they are not made yet."""
        path = self.data / "inlet.sqlite3"
        if not path.exists():
            return []
        connection = sqlite3.connect(path, timeout=20)
        try:
            return connection.execute(query).fetchall()
        except sqlite3.OperationalError:
            return []
        finally:
            connection.close()

    def wait_until(self, query: str, expected: object, seconds: float) -> bool:
        """Wait until the first cell that ``query`` gives is ``expected``."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            found = self.rows(query)
            if found and found[0][0] == expected:
                return True
            time.sleep(0.2)
        return False
