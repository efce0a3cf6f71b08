import pytest
from cmdb_agent.processes.command_line import INHERITED, absolute, is_path, is_session, main_argument, runtime_of

PYTHON, JAVA, NODE = "/usr/bin/python3.11", "/usr/lib/jvm/java-17-openjdk-amd64/bin/java", "/usr/bin/node"


@pytest.mark.parametrize(
    ("program", "line", "expected"),
    [
        (PYTHON, "python3 /opt/app/main.py --port 80", "/opt/app/main.py"),
        (PYTHON, "python3 -m http.server 8000", "http.server"),
        (PYTHON, "python3 -X dev -W error -u app.py", "app.py"),
        (PYTHON, "python3 -c print(1)", None),
        (PYTHON, "python3", None),
        (PYTHON, "python3 /usr/bin/gunicorn -w 4 -b 0.0.0.0:8000 shop.wsgi:application", "shop.wsgi:application"),
        (
            PYTHON,
            "/venv/bin/python /venv/bin/uvicorn --host localhost:9 api.app:create_app --factory",
            "api.app:create_app",
        ),
        (PYTHON, "python -m uvicorn cmdb_api.app:app --port 8000", "cmdb_api.app:app"),
        (PYTHON, "python -m gunicorn.app.wsgiapp shop:app", "gunicorn.app.wsgiapp"),
        (PYTHON, "gunicorn: master [shop.wsgi:application]", "shop.wsgi:application"),
        (PYTHON, "gunicorn: worker [shop.wsgi:application]", "shop.wsgi:application"),
        (PYTHON, "/venv/bin/python /venv/bin/celery -A shop worker", "/venv/bin/celery worker"),
        (PYTHON, "python manage.py runserver 0:8000", "manage.py runserver"),
        (PYTHON, "/venv/bin/python /venv/bin/cmdb serve --port 8000", "/venv/bin/cmdb serve"),
        (PYTHON, "/venv/bin/python /venv/bin/cmdb up", "/venv/bin/cmdb up"),
        (PYTHON, "python -m cmdb_agent run --server http://127.0.0.1:8000", "cmdb_agent"),
        (JAVA, "java -Xmx512m -cp /opt/lib/* org.example.Main --x", "org.example.Main"),
        (JAVA, "java -Dfile.encoding=UTF-8 -jar /opt/app.jar --server.port=8080", "/opt/app.jar"),
        (
            JAVA,
            "java --add-opens java.base/java.nio=ALL-UNNAMED -p /mods -m com.example/com.example.Main",
            "com.example/com.example.Main",
        ),
        (JAVA, "java @/etc/app.args org.example.Main", "org.example.Main"),
        (NODE, "node --max-old-space-size=512 -r dotenv/config server.js", "server.js"),
        (NODE, "node -e setInterval(()=>{},1)", None),
        ("/bin/bash", "bash /opt/run.sh start", "/opt/run.sh"),
        ("/bin/bash", "bash -lc sleep", None),
        ("/bin/sh", "sh -c exec /opt/app", None),
        ("/usr/bin/perl", "/usr/bin/perl -wT /usr/sbin/munin-node", "/usr/sbin/munin-node"),
        ("/usr/bin/ruby3.1", "ruby -I lib bin/puma", "bin/puma"),
        ("/usr/sbin/nginx", "nginx: master process /usr/sbin/nginx", None),
        ("/usr/bin/uwsgi", "uwsgi --ini /etc/x.ini", None),
        (PYTHON, "python -m", None),
    ],
)
def test_a_runtime_s_main_argument_is_what_it_runs(program, line, expected):
    arguments = (line,) if line.startswith("gunicorn: ") else tuple(line.split(" "))
    assert main_argument(program, arguments) == expected


def test_a_helper_of_multiprocessing_runs_what_its_parent_runs():
    line = (
        "python",
        "-c",
        "from multiprocessing.spawn import spawn_main; spawn_main(tracker_fd=5)",
        "--multiprocessing-fork",
    )
    assert main_argument(PYTHON, line) == INHERITED


@pytest.mark.parametrize(
    ("program", "expected"),
    [
        ("/usr/bin/python3.11", "python"),
        ("/opt/pypy3", "python"),
        ("/usr/sbin/php-fpm8.2", "php-fpm"),
        ("/usr/bin/nodejs", "node"),
        ("/usr/bin/java", "java"),
        ("/usr/lib/postgresql/15/bin/postgres", "postgres"),
        ("/usr/bin/javascript", "javascript"),
    ],
)
def test_a_runtime_is_known_whatever_its_version(program, expected):
    assert runtime_of(program) == expected


def test_relative_paths_are_made_absolute_and_modules_are_left_alone():
    assert is_path("app.py")
    assert is_path("bin/puma")
    assert not is_path("http.server")
    assert not is_path("shop.wsgi:application")
    assert not is_path("/opt/app.py")
    assert absolute("../app.py", "/srv/shop/bin") == "/srv/shop/app.py"
    assert absolute("app.py", None) == "app.py"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("sshd: alice@pts/0", True),
        ("sshd: alice [priv]", True),
        ("sshd-session: alice@pts/0", True),
        ("sshd: /usr/sbin/sshd -D [listener] 0 of 10-100 startups", False),
        ("/usr/sbin/sshd", False),
    ],
)
def test_a_login_over_ssh_is_a_session_and_the_listener_is_not(line, expected):
    assert is_session((line,)) is expected
