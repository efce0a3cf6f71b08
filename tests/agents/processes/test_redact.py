import pytest
from cmdb_agent.processes import redact

JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N"
AWS_KEY, AWS_SECRET = "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"

SECRETS = [
    # options
    ("app --password=hunter2!", "app --password=***"),
    ("app --password hunter2! --verbose", "app --password *** --verbose"),
    ("app --db-password=hunter2!", "app --db-password=***"),
    ("app --dbPassword hunter2!", "app --dbPassword ***"),
    ("app -password hunter2!", "app -password ***"),
    ("app --passwd=hunter2!", "app --passwd=***"),
    ("app --token s3cr3t-token-value", "app --token ***"),
    ("app --auth-token=s3cr3t", "app --auth-token=***"),
    ("app --api-key abcdef123456", "app --api-key ***"),
    ("app --apikey=abcdef123456", "app --apikey=***"),
    ("app --client-secret=abcdef", "app --client-secret=***"),
    ("app --secret abcdef", "app --secret ***"),
    ("app --private-key=abcdef", "app --private-key=***"),
    ("app --secret-access-key=abcdef", "app --secret-access-key=***"),
    ("app --passphrase correct-horse", "app --passphrase ***"),
    ("app /password:hunter2!", "app /password:***"),
    ("app --credentials me:hunter2!", "app --credentials ***"),
    ("consul agent -encrypt-key=pUqJrVyVRj5jsiYEkM", "consul agent -encrypt-key=***"),
    ("redis-server --requirepass foobared", "redis-server --requirepass ***"),
    ("redis-server requirepass foobared", "redis-server requirepass ***"),
    # programs with short options
    ("mysql -u root -pSECRET shop", "mysql -u root -p*** shop"),
    ("mysqldump --user=root -pS3cret! --all-databases", "mysqldump --user=root -p*** --all-databases"),
    ("/usr/bin/mariadb -psecret", "/usr/bin/mariadb -p***"),
    ("sshpass -p hunter2! ssh box", "sshpass -p *** ssh box"),
    ("sshpass -phunter2! ssh box", "sshpass -p*** ssh box"),
    ("redis-cli -h db -a foobared ping", "redis-cli -h db -a *** ping"),
    ("mongosh -u admin -p hunter2! --host db", "mongosh -u admin -p *** --host db"),
    ("docker login -u me -p hunter2! registry", "docker login -u me -p *** registry"),
    ("ldapsearch -x -D cn=admin -w hunter2! -b dc=x", "ldapsearch -x -D cn=admin -w *** -b dc=x"),
    ("sqlcmd -S db -U sa -P Hunter2! -Q x", "sqlcmd -S db -U sa -P *** -Q x"),
    ("snmpwalk -v2c -c public 10.0.0.1", "snmpwalk -v2c -c *** 10.0.0.1"),
    ("snmpget -v3 -l authPriv -u me -A authpass1 -X privpass1 h", "snmpget -v3 -l authPriv -u me -A *** -X *** h"),
    ("curl -u me:hunter2! https://x/", "curl -u me:*** https://x/"),
    ("curl --user me:hunter2! https://x/", "curl --user me:*** https://x/"),
    ("smbclient //s/c -U me%hunter2!", "smbclient //s/c -U me%***"),
    ("ipmitool -H bmc -U admin -P hunter2! power status", "ipmitool -H bmc -U admin -P *** power status"),
    ("cypher-shell -u neo4j -p hunter2!", "cypher-shell -u neo4j -p ***"),
    ("openssl enc -pass pass:hunter2! -in x", "openssl enc -pass *** -in x"),
    # addresses
    ("app postgres://shop:s3cr3t@db:5432/shop", "app postgres://shop:***@db:5432/shop"),
    ("app --dsn=postgresql+psycopg://u:p%40ss@db/x?a=b", "app --dsn=postgresql+psycopg://u:***@db/x?a=b"),
    ("app postgres://u:pa/ss@db/x", "app postgres://u:***@db/x"),
    (
        "app --dsn https://0123456789abcdef0123456789abcdef@sentry.example.net/1",
        "app --dsn https://***@sentry.example.net/1",
    ),
    ("app --database-url postgres://u:p@ss@db/x", "app --database-url postgres://u:***@db/x"),
    ("celery -A shop -b amqp://guest:guest@mq:5672//", "celery -A shop -b amqp://guest:***@mq:5672//"),
    ("git clone https://oauth2:abcdefgh@git.example.net/x.git", "git clone https://oauth2:***@git.example.net/x.git"),
    ("git clone https://0123456789abcdef0123@git.example.net/x", "git clone https://***@git.example.net/x"),
    ("app redis://:foobared@cache:6379/0", "app redis://:***@cache:6379/0"),
    ("app --url=https://x/api?token=abcdef&page=2", "app --url=https://x/api?token=***&page=2"),
    ("app https://x/cb?access_token=abcdef", "app https://x/cb?access_token=***"),
    ("app https://s3/x?X-Amz-Signature=abcdef0123&X-Amz-Date=1", "app https://s3/x?X-Amz-Signature=***&X-Amz-Date=1"),
    # environment, properties, headers
    ("env PGPASSWORD=hunter2! psql", "env PGPASSWORD=*** psql"),
    ("env MYSQL_PWD=hunter2! mysql", "env MYSQL_PWD=*** mysql"),
    ("env FOO_TOKEN=abc BAR=1 app", "env FOO_TOKEN=*** BAR=1 app"),
    ("docker run -e POSTGRES_PASSWORD=hunter2! postgres", "docker run -e POSTGRES_PASSWORD=*** postgres"),
    ("docker run --env=SECRET_KEY=hunter2! app", "docker run --env=SECRET_KEY=*** app"),
    (
        "java -Djavax.net.ssl.keyStorePassword=changeit -jar a.jar",
        "java -Djavax.net.ssl.keyStorePassword=*** -jar a.jar",
    ),
    ("java -Dspring.datasource.password=hunter2! -jar a.jar", "java -Dspring.datasource.password=*** -jar a.jar"),
    (
        "java -jar a.jar --spring.datasource.url=jdbc:mysql://db/x?user=u&password=p",
        "java -jar a.jar --spring.datasource.url=jdbc:mysql://db/x?user=u&password=***",
    ),
    ("app Server=db;User=sa;Password=Hunter2!;Encrypt=true", "app Server=db;User=sa;Password=***;Encrypt=true"),
    ("app AccountName=x;AccountKey=abc123==;EndpointSuffix=y", "app AccountName=x;AccountKey=***;EndpointSuffix=y"),
    (f"app AWS_SECRET_ACCESS_KEY={AWS_SECRET}", "app AWS_SECRET_ACCESS_KEY=***"),
    (f"app --key-id {AWS_KEY}", "app --key-id ***"),
    (f"app --jwt {JWT}", "app --jwt ***"),
    (f"app {JWT} rest", "app *** rest"),
    ("app ghp_0123456789abcdefghijABCDEFGHIJ012345", "app ***"),
    ("app xoxb-1234567890-abcdefghijkl", "app ***"),
]

HARMLESS = [
    "/usr/sbin/nginx -g daemon off;",
    "mysqld --port=3306 --pid-file=/run/mysqld/mysqld.pid",
    "mysql -u root -p",
    "ssh -p 2222 me@box",
    "docker run -p 8080:80 -p 443:443 nginx",
    "psql -p 5432 -U shop",
    "redis-server 127.0.0.1:6379",
    "java -Xmx512m -XX:+UseG1GC -cp /opt/lib/* org.example.Main",
    "app --password-file=/run/secrets/db",
    "app --token-file /run/token --ca /etc/ca.pem",
    "app --enrolment-token-file /run/token",
    "app --no-password --ask-pass",
    "app --token-ttl=3600 --max-tokens=512",
    "app --tokenizer=bert --keyboard=us --monkey=1",
    "app --private-key-file=/etc/key.pem --keypath=/x",
    "app --password-policy=strict --passive --compass=north --bypass=cache",
    "app --author=alice --authority=ca.example.net --authentication=ldap",
    "app http://127.0.0.1:8000/api?page=2&size=10",
    "app https://example.net:8443/token/list",
    "app user@example.net 10.0.0.1:22",
    "app mailto:me@example.net",
    "postgres -D /var/lib/postgresql/15/main -c config_file=/etc/postgresql/15/main/postgresql.conf",
    "etcd --initial-cluster=n1=https://10.0.0.1:2380,n2=https://10.0.0.2:2380",
    "kubelet --bootstrap-kubeconfig=/etc/kubernetes/bootstrap --rotate-certificates=true",
    "python -m pytest -k token",
    "tail -f /var/log/auth.log",
    "rsync --password-file=/etc/rsync.pass src dst",
    "sh -c echo hello world",
    "java -Djava.security.egd=file:/dev/./urandom -jar a.jar",
    "node server.js --port=3000 --sort-key=name --primary-key=id",
    "app --key=value --hotkey=ctrl-c",
    "uvicorn app:app --ssl-keyfile key.pem --ssl-certfile cert.pem",
    "sshd: /usr/sbin/sshd -D [listener] 0 of 10-100 startups",
    "git log --format=%H --since=1.week",
    "app --commit=0123456789abcdef0123456789abcdef01234567",
    "dd if=/dev/zero of=/tmp/x bs=1M count=10",
    "docker run registry:5000/org/image@sha256:0123456789abcdef",
    "docker pull https://registry:5000/org/image@sha256:0123456789abcdef",
    "env PWD=/srv/app OLDPWD=/root app",
    "app --spin 3 --pinned=true --signal=9",
]


def split(line):
    return tuple(line.split(" "))


@pytest.mark.parametrize(("line", "expected"), SECRETS)
def test_a_secret_leaves_no_trace_and_the_rest_stays(line, expected):
    assert redact.command_line(split(line)) == expected


@pytest.mark.parametrize("line", HARMLESS)
def test_what_only_looks_like_a_secret_is_left_alone(line):
    assert redact.command_line(split(line)) == line


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("curl", "-H", f"Authorization: Bearer {JWT}", "https://x/"), "curl -H Authorization: *** https://x/"),
        (("curl", "-H", "X-Api-Key: abcdef123", "https://x/"), "curl -H X-Api-Key: *** https://x/"),
        (("curl", "-H", "Accept: application/json"), "curl -H Accept: application/json"),
        (("curl", "-d", '{"user": "me", "password": "hunter2!"}'), 'curl -d {"user": "me", "password": ***}'),
        (("sh", "-c", "PGPASSWORD='hunter2!' psql -c 'select 1'"), "sh -c PGPASSWORD=*** psql -c 'select 1'"),
        (("sh", "-c", "mysql -uroot -pSECRET shop < x.sql"), "sh -c mysql -uroot -p*** shop < x.sql"),
        (("sh", "-c", "app --password hunter2! --verbose"), "sh -c app --password *** --verbose"),
        (("app", "--password", "two words secret", "--x"), "app --password *** --x"),
        (("app", "--password", "-starts-with-a-dash1"), "app --password ***"),
        (("app", "--password="), "app --password="),
        (("app", "--password"), "app --password"),
    ],
)
def test_secrets_inside_one_argument_are_found(arguments, expected):
    assert redact.command_line(arguments) == expected


def test_a_title_that_the_program_wrote_is_read_like_a_command_line():
    assert redact.command_line(("worker --token s3cr3t --queue mail",)) == "worker --token *** --queue mail"


def test_a_long_command_line_is_cut_between_letters():
    line = redact.command_line(("app", "ü" * 5000))
    assert len(line.encode()) <= redact.BYTES_MAX
    assert line.endswith("ü…")


def test_a_secret_at_the_cut_is_hidden_before_it_is_cut():
    line = redact.command_line(("app", "x" * (redact.BYTES_MAX - 20), "--password=hunter2hunter2"))
    assert "hunter" not in line


def test_no_arguments_are_no_command_line():
    assert redact.command_line(()) is None


def test_hostile_command_lines_are_read_in_linear_time():
    for text in (
        "a=" * 20_000,
        "https://" * 5_000,
        "x:" * 20_000 + "@",
        "eyJ" * 10_000,
        "-p" * 20_000,
        "token " * 9_000,
    ):
        assert redact.command_line(("app", text)) is not None
