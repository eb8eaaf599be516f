"""The table of addresses of the interface, with all its operations."""

from desk.api.v1 import arrivals, decisions, notices, reports, requests
from desk.api.v1.service import addresses, api

for _part in (arrivals, requests, decisions, notices, reports):
    api.add_router("", _part.router)

URLS = addresses()
