"""Web servers, proxies, load balancers and packaged applications."""

from __future__ import annotations

from cmdb_agent.products.product import Product

_JAVA = ("java",)

APPLICATIONS: tuple[Product, ...] = (
    Product("CMDB agent", "cmdb", main=("cmdb_agent", "*/cmdb-agent", "*/cmdb-agent.pyz")),
    Product(
        "CMDB API", "cmdb", main=("cmdb_api", "cmdb_api.*", "*/cmdb serve", "cmdb.cli serve", "cmdb.cli.main serve")
    ),
    Product("CMDB", "cmdb", main=("*/cmdb up", "cmdb.cli up", "cmdb.cli.main up")),
    Product(
        "nginx",
        "web server",
        ("nginx",),
        ports=(80, 443),
        packages=("nginx-core", "nginx", "nginx-light", "nginx-full", "nginx-extras"),
    ),
    Product(
        "Apache HTTP Server",
        "web server",
        ("apache2", "httpd"),
        ports=(80, 443),
        packages=("apache2-bin", "httpd", "apache2"),
    ),
    Product("Caddy", "web server", ("caddy",), ports=(80, 443), packages=("caddy",)),
    Product("lighttpd", "web server", ("lighttpd",), ports=(80,), packages=("lighttpd",)),
    Product("HAProxy", "load balancer", ("haproxy",), packages=("haproxy",)),
    Product("Traefik", "load balancer", ("traefik",)),
    Product("Envoy", "proxy", ("envoy",)),
    Product("Squid", "proxy", ("squid",), ports=(3128,), packages=("squid", "squid-openssl")),
    Product("Keepalived", "load balancer", ("keepalived",), packages=("keepalived",)),
    Product(
        "Apache Tomcat",
        "application server",
        _JAVA,
        main=("org.apache.catalina.startup.Bootstrap",),
        ports=(8080, 8009),
        version=r"(?:apache-tomcat-|/tomcat-)(\d+\.\d+\.\d+)",
        packages=(r"tomcat\d+",),
    ),
    Product(
        "WildFly",
        "application server",
        _JAVA,
        line=("org.jboss.as.", "/jboss-modules.jar"),
        ports=(8080, 9990),
        version=r"wildfly-(\d[\d.]*\d)",
    ),
    Product(
        "Eclipse Jetty",
        "application server",
        _JAVA,
        line=("/jetty-home-", "/jetty-distribution-", "/jetty/start.jar", "/jetty9/start.jar", " -Djetty.home="),
        ports=(8080,),
        version=r"jetty-(?:home|distribution)-(\d[\d.]*\d)",
    ),
    Product("Jenkins", "automation server", _JAVA, main=("*/jenkins.war",), ports=(8080,), packages=("jenkins",)),
    Product(
        "Keycloak",
        "identity provider",
        _JAVA,
        line=(" -Dkc.home.dir=",),
        ports=(8080, 8443),
        version=r"keycloak-(\d[\d.]*\d)",
    ),
    Product(
        "GitLab",
        "software forge",
        ("gitlab-workhorse", "gitlab-kas", "gitlab-sshd", "gitaly", "puma"),
        line=("gitlab-", "gitaly"),
        ports=(8080, 8181),
    ),
    Product(
        "PHP-FPM",
        "application server",
        ("php-fpm",),
        ports=(9000,),
        version=r"php-fpm(\d+\.\d+)|php/(\d+\.\d+)/fpm",
        packages=(r"php[\d.]*-fpm",),
    ),
    Product("Jupyter", "notebook server", words=("jupyter-lab", "jupyter-notebook", "jupyter-server"), ports=(8888,)),
)
