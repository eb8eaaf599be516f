"""How long until what comes in is safe: from a file's drop, and a mail's delivery, to the stored, registered arrival.

``python -m bench.arrive --runs 20`` starts the service on a folder and on a mailbox of a Dovecot of its own.
"""

import argparse
import statistics
import tempfile
import time
from pathlib import Path

from tests.chaos.service import Service
from tests.ingest.mailbox.certificates import make_certificates
from tests.ingest.mailbox.dovecot import PASSWORD, message, running_dovecot

_COUNT = "SELECT count(*) FROM records_arrival"
_SECONDS = 120.0


def wait_for(service: Service, count: int) -> float:
    """Wait until ``count`` arrivals are there; give the moment."""
    end = time.monotonic() + _SECONDS
    while time.monotonic() < end:
        found = service.rows(_COUNT)
        if found and found[0][0] == count:
            return time.monotonic()
        time.sleep(0.02)
    raise TimeoutError(f"{count} arrivals were not there in time")


def main() -> None:
    """Put things in one after the other, and print how long each way takes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=20)
    runs = parser.parse_args().runs
    took: dict[str, list[float]] = {"file renamed into place": [], "file copied": [], "mail delivered": []}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        inbox = folder / "inbox"
        inbox.mkdir()
        certificates = make_certificates(folder)
        with running_dovecot(certificates) as dovecot:
            user = dovecot.user()
            sources = (
                f'[{{name = "fax", path = "{inbox}"}}, {{name = "mail", kind = "imap", host = "localhost", '
                f'port = {dovecot.tls_port}, user = "{user}", password_variable = "ARRIVE_PASSWORD", '
                f'ca_file = "{certificates.authority}"}}]'
            )
            service = Service(folder / "data", INLET_SOURCES=sources, ARRIVE_PASSWORD=PASSWORD)
            try:
                service.start()
                (inbox / "first.tif").write_bytes(b"no picture")
                wait_for(service, 1)
                time.sleep(15)  # the readers have started, the mailbox is waited on
                count = 1
                for number in range(runs):
                    for way, seconds in took.items():
                        data = f"no picture {number} {way}".encode()
                        start = time.monotonic()
                        if way == "mail delivered":
                            dovecot.deliver(user, message(number))
                        elif way == "file copied":
                            (inbox / f"{number}.tif").write_bytes(data)
                        else:
                            (inbox / f".{number}-r.tif").write_bytes(data)
                            (inbox / f".{number}-r.tif").rename(inbox / f"{number}-r.tif")
                        count += 1
                        seconds.append(wait_for(service, count) - start)
                        time.sleep(0.5)
            finally:
                service.stop()
    for way, seconds in took.items():
        print(f"{way}: median {statistics.median(seconds):.2f} s, worst {max(seconds):.2f} s, n = {len(seconds)}")


if __name__ == "__main__":
    main()
