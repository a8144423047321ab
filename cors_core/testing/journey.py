"""What browsers add to a request on its way: Host, cookies, Referer and Sec-Fetch-*; and the log of all that was sent."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from cors_core.browser import URL, Incoming, Origin, Outgoing
from cors_core.testing.apps import Apps
from cors_core.testing.cookies import Context, CookieJar
from cors_core.testing.log import USER_AGENT, LoggedRequest
from cors_core.testing.sites import is_trustworthy, parsed, same_site, site


@dataclass(frozen=True, slots=True)
class Document:
    """Who asks: a page's URL (None for one without), its origin, and the origin of the page around it all."""

    url: URL | None
    origin: Origin
    top: Origin


@dataclass(slots=True)
class Journey:
    """The requests of one `fetch()`, hop by hop."""

    apps: Apps
    jar: CookieJar
    document: Document
    mode: str
    destination: str = "empty"
    referrer_policy: str = ""
    log: list[LoggedRequest] = field(default_factory=list)
    origins: list[Origin] = field(default_factory=list)

    def exchange(self, outgoing: Outgoing) -> Incoming:
        """Send one request and return the response; raises whatever keeps it from coming."""
        url = parsed(outgoing.url)
        if not self.origins or not self.origins[-1].same_origin(url.origin):
            self.origins.append(url.origin)
        entry = LoggedRequest(outgoing)
        self.log.append(entry)
        entry.sent = replace(outgoing, headers=(*outgoing.headers, *self._added(outgoing, url, entry)))
        try:
            answer = self.apps.send(entry.sent)
        except Exception as error:
            entry.raised = error
            raise
        entry.response, entry.raised = answer.response, answer.raised
        if outgoing.credentials:
            lines = answer.response.lines("Set-Cookie")
            entry.cookies += self.jar.store(lines, url, self._context(url)) if lines else []
        return answer.response

    def _added(self, outgoing: Outgoing, url: URL, entry: LoggedRequest) -> list[tuple[str, str]]:
        """The headers that no page can set."""
        added = [("Host", f"{url.host}:{url.port}" if url.port else url.host)]
        if outgoing.header("User-Agent") is None:
            added.append(("User-Agent", USER_AGENT))
        if outgoing.body or outgoing.method in ("POST", "PUT"):
            added.append(("Content-Length", str(len(outgoing.body))))
        referrer = self._referrer(url)
        if referrer:
            added.append(("Referer", referrer))
        if is_trustworthy(url.origin):
            mode = "cors" if outgoing.kind == "preflight" else self.mode
            added.append(("Sec-Fetch-Site", self._relation()))
            added += [("Sec-Fetch-Mode", mode), ("Sec-Fetch-Dest", self.destination)]
        if outgoing.credentials:
            cookies, kept_back = self.jar.sent_to(url, self._context(url))
            entry.cookies += kept_back
            added += [("Cookie", cookies)] if cookies else []
        return added

    def _relation(self) -> str:
        """https://w3c.github.io/webappsec-fetch-metadata/#abstract-opdef-set-site."""
        origin = self.document.origin
        if all(hop.same_origin(origin) for hop in self.origins):
            return "same-origin"
        return "same-site" if all(same_site(hop, origin) for hop in self.origins) else "cross-site"

    def _referrer(self, url: URL) -> str | None:
        """https://w3c.github.io/webappsec-referrer-policy/#determine-requests-referrer, for the policies in use."""
        page = self.document.url
        policy = self.referrer_policy
        if page is None or not page.is_http or policy == "no-referrer" or self.document.origin.opaque:
            return None
        same = page.origin.same_origin(url.origin)
        if policy != "unsafe-url" and is_trustworthy(page.origin) and not is_trustworthy(url.origin):
            return None
        whole = same and policy not in ("origin", "strict-origin")
        if whole or policy in ("unsafe-url", "no-referrer-when-downgrade"):
            return page.href.partition("#")[0]
        return None if policy == "same-origin" else f"{page.origin}/"

    def _context(self, url: URL) -> Context:
        """A request is cross-site if its target or its page is of another site than the page at the top."""
        document = self.document
        within_one_site = same_site(document.top, url.origin) and same_site(document.top, document.origin)
        return Context(not within_one_site, site(document.top))
