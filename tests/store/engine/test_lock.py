import re
from collections import Counter

from cmdb.store.engine.lock import Artifact, read_lock


def test_the_lock_names_each_jar_once_with_a_whole_hash():
    artifacts = read_lock().artifacts
    names = Counter(artifact.file_name for artifact in artifacts)
    assert names.most_common(1)[0][1] == 1
    assert all(re.fullmatch(r"[0-9a-f]{64}", artifact.sha256) for artifact in artifacts)
    assert all(artifact.size_bytes > 0 for artifact in artifacts)


def test_the_lock_holds_the_engine_it_is_named_after():
    lock = read_lock()
    group, name, version = lock.engine.split(":")
    assert lock.name == f"{name}-{version}"
    assert (group, name, version) in {(each.group, each.artifact, each.version) for each in lock.artifacts}


def test_a_jar_with_a_classifier_is_found_where_maven_keeps_it():
    jar = Artifact(
        group="io.netty", artifact="netty-epoll", version="4.1", classifier="linux-x86_64", sha256="", size_bytes=1
    )
    assert jar.repository_path == "io/netty/netty-epoll/4.1/netty-epoll-4.1-linux-x86_64.jar"
