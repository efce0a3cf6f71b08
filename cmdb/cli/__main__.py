"""`python -m cmdb.cli`."""

from cmdb.cli.main import app

if __name__ == "__main__":
    app(prog_name="cmdb")
