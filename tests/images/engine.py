"""A Docker engine: the one that runs, or one of our own that ends with the tests."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path


class Engine:
    def __init__(self, home: Path) -> None:
        self.environment = dict(os.environ)
        self.daemon: subprocess.Popen[bytes] | None = None
        if self.try_run("info").returncode:
            self.start(home)
        self.client = self.builder()

    def start(self, home: Path) -> None:
        """No bridge and no firewall rules: what is built takes the host's network, what runs has loopback."""
        home.mkdir(parents=True, exist_ok=True)
        address = f"unix://{home}/docker.sock"
        with (home / "log").open("wb") as log:
            self.daemon = subprocess.Popen(
                ["dockerd", "--bridge=none", "--iptables=false", "--ip6tables=false", "--data-root", str(home / "data"), "--exec-root", str(home / "run"), "--pidfile", str(home / "pid"), "--host", address],
                stdout=log,
                stderr=log,
            )
        self.environment["DOCKER_HOST"] = address
        deadline = time.monotonic() + 60
        while self.try_run("info").returncode:
            if self.daemon.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise AssertionError(f"dockerd doesn't start:\n{(home / 'log').read_text()[-3000:]}")
            time.sleep(0.2)

    def builder(self) -> str:
        """BuildKit, by the plugin buildx or by a client old enough to have it inside."""
        for client in ["docker", "/usr/bin/docker"]:
            version = subprocess.run([client, "version", "--format", "{{.Client.Version}}"], capture_output=True, text=True, env=self.environment)
            if version.returncode == 0 and int(version.stdout.split(".")[0]) < 23:
                return client
            if subprocess.run([client, "buildx", "version"], capture_output=True).returncode == 0:
                return client
        raise AssertionError("docker builds with BuildKit only, and neither buildx nor a client before 23 is here")

    def try_run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        client = getattr(self, "client", shutil.which("docker") or "docker")
        return subprocess.run([client, *arguments], capture_output=True, text=True, env=self.environment | {"DOCKER_BUILDKIT": "1"})

    def run(self, *arguments: str) -> str:
        done = self.try_run(*arguments)
        assert done.returncode == 0, f"docker {' '.join(arguments)}: {done.returncode}\n{done.stdout[-2000:]}{done.stderr[-4000:]}"
        return done.stdout.strip()

    def compose(self, *arguments: str, **variables: str) -> str:
        """Docker Compose: the client's plugin, or PyPI's copy of it."""
        plugin = subprocess.run([self.client, "compose", "version"], capture_output=True).returncode == 0
        copy = next((Path(sys.prefix) / "lib").glob("python*/site-packages/compose/docker-compose"), "docker-compose")
        command = [self.client, "compose"] if plugin else [str(copy)]
        done = subprocess.run([*command, *arguments], capture_output=True, text=True, env=self.environment | variables)
        assert done.returncode == 0, f"compose {' '.join(arguments)}: {done.returncode}\n{done.stdout[-2000:]}{done.stderr[-4000:]}"
        return done.stdout

    def stop(self) -> None:
        if self.daemon is not None:
            self.daemon.terminate()
            self.daemon.wait(60)
