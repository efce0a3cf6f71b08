"""The one exception of the managed engine."""


class EngineError(Exception):
    """The engine cannot be fetched, started or used: what is wrong, and what its user can do.

    Meant to be shown as it is: it names files, ports and variables, and never a secret.
    """

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(f"{problem}\n{remedy}")
        self.problem = problem
        self.remedy = remedy
