"""A real Chromium, driven by Playwright: pages that notice what a person would see go wrong.

The browser is the system's (`make apt` installs it); nothing is ever downloaded, and where it is absent `chromium`
says so. A `Screen` remembers what its page complained about, and judges how it looks.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page, Playwright, sync_playwright

WIDTHS = (1280, 390)
ABSENT = "Chromium is not installed, so no page is looked at in a browser (make apt installs it)"
_NAMES = ("chromium", "chromium-browser", "google-chrome")

_CUT_TEXTS = """() => [...document.querySelectorAll('main :is(a, h1, h2, button, td, .state, dd)')]
  .filter((one) => {
    const style = getComputedStyle(one);
    const isCut = style.overflowX === 'hidden' && one.scrollWidth > one.clientWidth + 1;
    const box = one.getBoundingClientRect();
    const scrolls = one.closest('.graph, pre, nav, .scrolls');
    return box.width > 0 && one.checkVisibility() && (isCut || (!scrolls && box.right > innerWidth + 1));
  })
  .map((one) => one.textContent.trim().slice(0, 60))"""

_OVERLAPS = """() => {
  const shown = [...document.querySelectorAll('main a, main button, main input, main select, main .state')]
    .filter((one) => one.checkVisibility() && !one.closest('svg'))
    .map((one) => [one, one.getClientRects()[0]])
    .filter(([, box]) => box && box.width && box.height);
  const found = [];
  for (let i = 0; i < shown.length; i++) for (let j = i + 1; j < Math.min(shown.length, i + 40); j++) {
    const [[a, p], [b, q]] = [shown[i], shown[j]];
    const across = Math.min(p.right, q.right) - Math.max(p.left, q.left);
    const down = Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top);
    const isApart = across <= 3 || down <= 5 || a.contains(b) || b.contains(a);
    if (!isApart) found.push(`${a.textContent} / ${b.textContent}`.slice(0, 90));
  }
  return found;
}"""


class Screen:
    """One page of the browser, with what it has complained about."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = f"{address}/_eventyard"
        self.complaints: list[str] = []
        page.on("console", lambda said: self._hear(said.type, said.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def open(self, path: str) -> Page:
        """Go to a page of the console."""
        self.page.goto(f"{self.address}{path}", wait_until="load")
        return self.page

    def faults(self) -> list[str]:
        """What is wrong with how it looks now: text that is cut or hidden, things on top of others, a page too wide."""
        wide = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        return [
            *self.complaints,
            *([f"{wide} pixels too wide"] if wide > 0 else []),
            *(f"cut: {text}" for text in self.page.evaluate(_CUT_TEXTS)),
            *(f"overlap: {text}" for text in self.page.evaluate(_OVERLAPS)),
        ]

    def _hear(self, kind: str, text: str) -> None:
        if kind in ("error", "warning"):
            self.complaints.append(text)


def chromium() -> str | None:
    """Where the browser is; `None` where it is not."""
    return next((path for name in _NAMES if (path := shutil.which(name))), None)


@contextmanager
def browsing() -> Iterator[Browser]:
    """The browser, for as long as the context lasts; `chromium` has said that there is one."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


def launch(playwright: Playwright) -> Browser:
    """A browser without a window; its own sandbox needs rights that containers do not give."""
    return playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox", "--disable-dev-shm-usage"])


@contextmanager
def screen(browser: Browser, address: str, *, width: int = 1280, scheme: str = "light") -> Iterator[Screen]:
    """A fresh page of that width, with cookies of its own."""
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
    context.set_default_timeout(15_000)
    yield Screen(context.new_page(), address)
    context.close()
