# API, pages and command line. Graph and TLS are other containers' work: see docker-compose.yml.

FROM python:3.12-slim AS build
WORKDIR /source
RUN python -m venv /opt/cmdb
# Apart from the sources, so that a change in these does not install everything anew.
COPY requirements/run.txt requirements/
RUN /opt/cmdb/bin/pip install --no-cache-dir --require-hashes --requirement requirements/run.txt
COPY pyproject.toml README.md LICENSE ./
COPY cmdb cmdb
COPY agents agents
COPY api api
COPY collectors collectors
RUN /opt/cmdb/bin/pip install --no-cache-dir --no-deps .

FROM python:3.12-slim
# A number, so that a runtime can see that it is not root, and secrets can be given to it.
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin cmdb
COPY --from=build /opt/cmdb /opt/cmdb
ENV PATH=/opt/cmdb/bin:$PATH PYTHONUNBUFFERED=1
USER 10001:10001
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/api/v1/health', timeout=4)"]
ENTRYPOINT ["cmdb"]
CMD ["serve", "--host", "0.0.0.0", "--behind-proxy"]
