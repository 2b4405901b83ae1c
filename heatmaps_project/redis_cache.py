"""Django's cache in Redis, of bytes alone, by a client that is made once."""

from functools import cached_property
from typing import Any

from django.core.cache.backends.redis import RedisCache, RedisCacheClient


class _Bytes:
    """Django's own is pickle: whoever can write into that Redis would run code in each server."""

    def dumps(self, value: bytes) -> bytes:
        return value

    def loads(self, value: bytes) -> bytes:
        return value


class _Client(RedisCacheClient):
    """Making one costs as much as asking."""

    @cached_property
    def _made(self) -> Any:
        return super().get_client(write=True)

    def get_client(self, key: Any = None, *, write: bool = False) -> Any:
        return self._made  # of one server; its pool gives each thread a connection


class KeptClientCache(RedisCache):
    def __init__(self, server: str, params: dict[str, Any]) -> None:
        options = {**params.get("OPTIONS", {}), "serializer": _Bytes}
        super().__init__(server, {**params, "OPTIONS": options})
        self._class = _Client
