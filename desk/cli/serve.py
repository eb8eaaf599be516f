"""``inlet serve``: the web desk, the pipeline's worker and the resident readers, until stopped."""


def serve() -> None:
    """Watch the sources, read what comes in, serve the desk; Ctrl-C or SIGTERM stops it."""
    from desk.config import load_settings
    from desk.supervisor import serve as run_service

    run_service(load_settings())
