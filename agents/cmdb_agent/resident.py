"""The agent that stays: reads regularly, keeps what it read until the server has it, and does what receipts ask."""

from __future__ import annotations

import logging
import random
import time
from typing import TYPE_CHECKING, Callable, NamedTuple

from cmdb_agent.collect import Author, collect
from cmdb_agent.errors import NotEnrolled, StateError
from cmdb_agent.platforms import Platform
from cmdb_agent.probes import services
from cmdb_agent.probes.certificates import CertificateReader
from cmdb_agent.processes.sampling import Identity
from cmdb_agent.settings import DEFAULT_DOMAIN, Settings
from cmdb_agent.state import Enrolment, State
from cmdb_agent.wire.answer import Answer, Fate
from cmdb_agent.wire.backoff import delay_seconds
from cmdb_agent.wire.clock import Clock
from cmdb_agent.wire.outbox import Outbox

if TYPE_CHECKING:  # ssl and http.client cost more than all probes together: only who sends imports them
    from cmdb_agent.wire.transport import Transport

log = logging.getLogger("cmdb_agent")

SAMPLE_SECONDS = 15
INTERVAL_JITTER = 0.1  # of the interval, to either side: machines that started together drift apart


class Delivery(NamedTuple):
    """What came of sending what waits. `stopped_by` None: nothing waits any more."""

    stopped_by: Answer | None = None
    must_read_again: bool = False


class Resident:
    """One agent on one machine. `enrolment_token` gives the token when it is needed, or None where there is none."""

    def __init__(
        self,
        platform: Platform,
        settings: Settings,
        state: State,
        transport: Transport,
        enrolment_token: Callable[[], str | None],
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._platform = platform
        self._host = platform.host
        self._settings = settings
        self._state = state
        self._transport = transport
        self._enrolment_token = enrolment_token
        self._sleep = sleep
        self._clock = Clock()
        self._draw = random.Random()  # noqa: S311 - spreads load, guards nothing
        self._outbox = Outbox(state.spool_folder, self._clock)
        self._sampler = platform.sampler
        self._certificates = CertificateReader(settings.reads_certificates)
        self._known: set[Identity] = services.recall(platform.host, state.known_services())
        self._agent_id = state.agent_id()
        self._is_reachable = True

    def run_once(self) -> bool:
        """Read once, send that and what waits; True where nothing waits any more. Raises NotEnrolled, StateError."""
        self._enrol()
        services.sample_briefly(self._sampler, self._sleep)
        self._read()
        delivery = self._deliver()
        if delivery.must_read_again:
            self._read()
            delivery = self._deliver()
        return delivery.stopped_by is None

    def run(self) -> None:
        """Read and send for ever. Raises NotEnrolled, StateError."""
        self._enrol()
        services.sample_briefly(self._sampler, self._sleep)
        was_asked = False
        while True:
            try:
                self._read()
            except StateError as error:  # a full disk, most likely: what waits can still be sent
                log.error("%s; reading again at the next interval", error)
            interval = self._settings.interval_seconds * self._draw.uniform(1 - INTERVAL_JITTER, 1 + INTERVAL_JITTER)
            was_asked = self._stay(interval, may_return_early=not was_asked)

    def _stay(self, seconds: float, may_return_early: bool) -> bool:
        """Until it is time to read again: send what waits, backing off where that fails, and sample connections.

        True where a receipt asked for another document now; `may_return_early` False ignores that, so that a server
        which asks every time gets one document an interval and no more.
        """
        now = time.monotonic()
        read_at, sample_at, send_at, failures = now + seconds, now + SAMPLE_SECONDS, now, 0
        while now < read_at:
            if now >= send_at:
                delivery = self._deliver()
                if delivery.must_read_again and may_return_early:
                    return True
                send_at = read_at
                if delivery.stopped_by is not None:
                    failures += 1
                    send_at = now + delay_seconds(failures, delivery.stopped_by.retry_after_seconds, self._draw)
            if now >= sample_at:
                self._sampler.sample()
                sample_at = now + SAMPLE_SECONDS
            self._sleep(max(0.0, min(read_at, sample_at, send_at) - time.monotonic()))
            now = time.monotonic()
        return False

    def _read(self) -> None:
        enrolment = self._state.enrolment()
        domain = self._settings.domain or (enrolment and enrolment.domain) or DEFAULT_DOMAIN
        author = Author(self._agent_id, domain, self._settings.interval_seconds)
        document = collect(
            self._host,
            author,
            lambda host: self._certificates.beside(services.read(host, self._sampler, self._known)),
            self._platform.probes,
        )
        self._state.keep_known_services(services.remember(self._host, self._known))
        try:
            self._outbox.put(document)
        except OSError as error:
            raise StateError(f"the document cannot be kept in {self._state.spool_folder}: {error}") from error

    def _enrol(self) -> None:
        """Have a token: the stored one, or one for the enrolment token. Raises NotEnrolled where there is neither."""
        failures = 0
        while self._state.enrolment() is None:
            token = self._enrolment_token()
            if not token:
                raise NotEnrolled("this agent is not enrolled: give an enrolment token with --enrolment-token-file")
            answer = self._enrol_with(token)
            if answer is None:
                return
            if answer.fate in (Fate.UNAUTHORISED, Fate.REFUSED):
                raise NotEnrolled(f"the server does not take the enrolment token: {answer.reason}")
            failures += 1
            wait = delay_seconds(failures, answer.retry_after_seconds, self._draw)
            log.warning("cannot enrol yet: %s; trying again in %.0f s", answer.reason, wait)
            self._sleep(wait)

    def _enrol_with(self, token: str) -> Answer | None:
        """Enrol under the present agent id; None where that worked."""
        answer = self._transport.enrol(token, self._agent_id, self._host.uname()[1])
        if answer.fate is not Fate.TAKEN:
            return answer
        domain = answer.body.get("domain")
        domain = domain if isinstance(domain, str) else None
        self._state.keep_enrolment(Enrolment(self._agent_id, answer.body["token"], domain))
        log.info("enrolled as %s in the domain %s", self._agent_id, domain or DEFAULT_DOMAIN)
        return None

    def _deliver(self) -> Delivery:
        """Send what waits, oldest first, and do what the receipts ask."""
        must_read_again = False
        while True:
            waiting = self._outbox.oldest()
            enrolment = self._state.enrolment()
            if waiting is None or enrolment is None:
                return Delivery(None, must_read_again)
            if enrolment.agent_id != self._agent_id:  # the id was renewed: the old token stands for the new id once
                answer = self._enrol_with(enrolment.token)
                if answer is not None:
                    self._say_unreachable(answer)
                    return Delivery(answer, must_read_again)
                continue
            answer = self._transport.send(enrolment.token, waiting.body(self._clock.now()))
            if answer.fate in (Fate.UNAUTHORISED, Fate.LATER):
                self._say_unreachable(answer)
                return Delivery(answer, must_read_again)
            self._say_reachable()
            self._outbox.remove(waiting.name)
            if answer.fate is Fate.REFUSED:
                log.error("the server refuses the document %s, it is dropped: %s", waiting.name, answer.reason)
            if "renew_agent_id" in answer.instructions:
                self._renew()
                must_read_again = True
            must_read_again = must_read_again or "send_full" in answer.instructions

    def _renew(self) -> None:
        """Take a new agent id: another machine runs with a copy of this one's state. What waits bears the old id."""
        log.warning("another machine runs with a copy of this agent's state: taking a new id for %s", self._agent_id)
        self._agent_id = self._state.renew_agent_id()
        dropped = self._outbox.clear()
        if dropped:
            log.warning("%d waiting documents bear the old id and are dropped", dropped)

    def _say_unreachable(self, answer: Answer) -> None:
        """Once when it begins, and never again until it ends."""
        if self._is_reachable and answer.fate is Fate.UNAUTHORISED:
            log.error("the server does not take this agent's token (%s). Documents are kept. To enrol again, remove %s "
                      "and start with a new enrolment token", answer.reason, self._state.enrolment_file)  # fmt: skip
        elif self._is_reachable:
            log.warning("cannot send: %s; documents are kept", answer.reason)
        self._is_reachable = False

    def _say_reachable(self) -> None:
        if not self._is_reachable:
            log.info("sending again")
        self._is_reachable = True
