"""A primary with two replicas, made once for all tests of a process."""

from contextlib import contextmanager

import pytest

from tests.scale.servers import SEED, Server, environment, python


class Cluster:
    """`primary`, `replicas`, and the secret of a token whose user may do everything."""

    def __init__(self, folder):
        self.folder = folder
        self.primary = Server(folder / "primary")
        self.replicas = [Server(folder / "first"), Server(folder / "second")]
        self.token = ""

    @property
    def servers(self):
        return [self.primary, *self.replicas]

    def make(self):
        self.primary.create()
        self.token = python(environment(self.primary.address(), self.folder), SEED).split()[-1]
        for replica in self.replicas:
            replica.copy_of(self.primary)
        return self

    def environment(self, **changes):
        urls = [replica.address() for replica in self.replicas]
        return environment(self.primary.address(), self.folder, urls, **changes)

    def settle(self):
        """Wait until the replicas have everything."""
        for replica in self.replicas:
            replica.has_replayed(self.primary)

    @contextmanager
    def paused(self):
        """The replicas stay as they are meanwhile."""
        self.settle()
        for replica in self.replicas:
            replica.ask("SELECT pg_wal_replay_pause()")
        try:
            yield
        finally:
            for replica in self.replicas:
                replica.ask("SELECT pg_wal_replay_resume()")
            self.settle()

    def stop(self):
        for server in self.servers:
            server.stop()


@pytest.fixture(scope="session")
def cluster(tmp_path_factory):
    cluster = Cluster(tmp_path_factory.mktemp("cluster"))
    yield cluster.make()
    cluster.stop()
