"""What other processes may put into the shared cache."""

import pickle

from django.conf import settings
from redis import Redis

from heatmaps_project.redis_cache import KeptClientCache


def _burst():
    raise AssertionError("this code came out of the cache")


class Trap:
    def __reduce__(self):
        return _burst, ()


def test_the_cache_runs_nothing_that_somebody_else_wrote():
    cache = KeptClientCache(settings.REDIS_URL, {"KEY_PREFIX": "test_redis_cache"})
    cache.set_many({"tile": b"\x1a\x00", "number": b"17"}, 60)
    Redis.from_url(settings.REDIS_URL).set(cache.make_key("trap"), pickle.dumps(Trap()), ex=60)

    found = cache.get_many(["tile", "number", "trap", "none"])

    assert (found["tile"], found["number"]) == (b"\x1a\x00", b"17")
    assert found["trap"] == pickle.dumps(Trap())
    assert "none" not in found
