"""The table of addresses of the interface, with all its operations."""

from ninja import Router

from desk.api.v1 import arrivals, decisions, notices, reports, requests
from desk.api.v1.door import Needs
from desk.api.v1.service import addresses, api


def _tell_scopes(router: Router) -> None:
    """Let the description say of each operation which scope it needs, and its door which parameters it has."""
    for view in router.path_operations.values():
        for operation in view.operations:
            assert isinstance(operation.auth_param, Needs), "each operation names its scope"
            operation.auth_param.filters = frozenset(
                field.alias or name
                for model in operation.models
                if model.__ninja_param_source__ == "query"
                for name, field in model.model_fields.items()
            )
            operation.openapi_extra = (operation.openapi_extra or {}) | {"x-scope": operation.auth_param.scope.value}


for _part in (arrivals, requests, decisions, notices, reports):
    _tell_scopes(_part.router)
    api.add_router("", _part.router)

URLS = addresses()
