"""The agent as one file, as it is copied to servers."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import psutil
import pytest

from tests.support.require import missing

BUILD = Path(__file__).parents[2] / "agents" / "build_pyz.py"
# Ubuntu 22.04 has 5.9.0 and Debian 12 has 5.9.4, which is the first that was built for Python 3.11 and newer.
OLDEST_PSUTIL = {9: "5.9.0", 10: "5.9.0"}
OLDEST_PSUTIL_OF_NEWER = "5.9.4"


@pytest.fixture(scope="module")
def pyz(tmp_path_factory):
    return build(tmp_path_factory.mktemp("dist") / "cmdb-agent.pyz")


def build(output):
    subprocess.run([sys.executable, str(BUILD), str(output)], check=True, stdout=subprocess.DEVNULL)
    return output


def oldest_python():
    """The oldest Python on this machine that the agent runs on."""
    for minor in range(9, sys.version_info.minor):
        found = sorted((Path.home() / ".pyenv/versions").glob(f"3.{minor}.*/bin/python"))
        for python in (shutil.which(f"python3.{minor}"), *map(str, found)):
            if python and subprocess.run([python, "-c", ""], capture_output=True, check=False).returncode == 0:
                return python
    return sys.executable


def environment(folder, python):
    """A virtual environment without anything in it; its interpreter and the folder for packages."""
    subprocess.run([python, "-m", "venv", "--without-pip", str(folder)], check=True)
    return folder / "bin" / "python", next(folder.glob("lib/python3*/site-packages"))


def collected(python, archive, state):
    done = subprocess.run(
        [str(python), str(archive), "collect", "--output", "-", "--state-dir", str(state)],
        env={"PATH": os.defpath}, capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode in (0, 3), done.stderr.decode()
    return json.loads(done.stdout)


def test_the_same_sources_give_the_same_bytes(pyz, tmp_path):
    os.utime(build(tmp_path / "again.pyz"), (0, 0))
    assert (tmp_path / "again.pyz").read_bytes() == pyz.read_bytes()
    assert os.access(pyz, os.X_OK)


def test_it_holds_the_agent_and_no_package_of_anyone_else(pyz):
    names = zipfile.ZipFile(pyz).namelist()
    assert {name.split("/")[0] for name in names} == {"__main__.py", "cmdb_agent"}
    assert "cmdb_agent/probes/packages.py" in names


@pytest.mark.parametrize("python", [sys.executable, oldest_python()], ids=["this Python", "the oldest Python here"])
def test_it_collects_in_an_environment_that_holds_psutil_alone(pyz, tmp_path, python):
    interpreter, packages = environment(tmp_path / "venv", python)
    shutil.copytree(Path(psutil.__file__).parent, packages / "psutil")
    document = collected(interpreter, pyz, tmp_path / "state")
    assert document["items"][0]["type"] in ("Server", "Container")
    assert {"identity", "services", "packages"} <= set(document["sections"])


def test_it_collects_on_linux_without_anything_installed(pyz, tmp_path):
    interpreter, _ = environment(tmp_path / "venv", oldest_python())
    assert collected(interpreter, pyz, tmp_path / "state")["items"][0]["type"] in ("Server", "Container")


PORTABLE = """
import sys
sys.path.insert(0, sys.argv[1])
from cmdb_agent.errors import AgentError
try:
    from cmdb_agent.portable import platform
except AgentError as error:
    sys.exit(str(error))
import psutil
from cmdb_agent.collect import Author, collect
from cmdb_agent.probes import services
host, probes, sampler = platform()
services.sample_briefly(sampler, lambda _: None)
document = collect(host, Author("0b7c1f2e-0000-4000-8000-000000000001", "default"),
                   lambda host: services.read(host, sampler, set()), probes)
print(psutil.__version__, *sorted(name for name, state in document["sections"].items() if state != "not_read"))
"""


def read_through_psutil(python, archive):
    return subprocess.run([str(python), "-c", PORTABLE, str(archive)], capture_output=True, text=True, check=False)


def test_other_systems_are_read_through_the_oldest_psutil_that_is_supported(pyz, tmp_path):
    interpreter, packages = environment(tmp_path / "venv", oldest_python())
    oldest = OLDEST_PSUTIL.get(int(packages.parent.name.rpartition(".")[2]), OLDEST_PSUTIL_OF_NEWER)
    installers = {
        "uv": ["uv", "pip", "install", "--python", str(interpreter)],
        "pip": [sys.executable, "-m", "pip", "--python", str(interpreter), "install"],
    }
    install = installers["uv" if shutil.which("uv") else "pip"]
    done = subprocess.run(
        [*install, "--quiet", "--no-deps", "--only-binary", ":all:", f"psutil=={oldest}"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode != 0:
        missing(f"psutil {oldest} could not be installed: {done.stderr.strip()[-300:]}")
    read = read_through_psutil(interpreter, pyz)
    assert read.returncode == 0, read.stderr
    version, *sections = read.stdout.split()
    assert version == oldest
    assert set(sections) >= {"hardware", "identity", "network", "operating_system", "services", "storage"}


def test_where_psutil_is_needed_and_missing_it_says_how_each_system_installs_it(pyz, tmp_path):
    interpreter, _ = environment(tmp_path / "venv", sys.executable)
    said = read_through_psutil(interpreter, pyz).stderr
    for command in ("apt install python3-psutil", "dnf install python3-psutil", "apk add py3-psutil",
                    "pip install psutil"):  # fmt: skip
        assert command in said


def test_a_python_that_is_too_old_is_told_so(pyz):
    archive = zipfile.ZipFile(pyz)
    start = archive.read("__main__.py").decode().replace("(3, 9)", "(99, 0)")
    done = subprocess.run([sys.executable, "-c", start], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "newer is needed" in done.stderr
