"""The pictures of the documentation, made again: `python -m tests.browser.screenshots [FOLDER]`.

Serves the shipped termbase from a throw-away database and photographs its pages, in both languages, wide and narrow,
light and dark. Needs Chromium.
"""

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.chromium import CHROMIUM, FLAGS

ROOT = Path(__file__).resolve().parents[2]
WIDE, NARROW, DESK = (1000, 680), (360, 680), (1300, 800)
_START_SECONDS = 240


@dataclass(frozen=True)
class Shot:
    """A picture: its name, the page, what to fill in and to click first, and for whom it is shown.

    `role` is that of the demo account that is signed in.
    """

    name: str
    path: str
    language: str = "en-GB"
    size: tuple[int, int] = WIDE
    dark: bool = False
    click: str = ""
    fill: tuple[str, ...] = ()
    role: str = ""


PASTED = (
    "毒罪办支持会员国加强司法协助。\n外国恐怖主义作战人员构成的威胁依然严重。",
    "UNODC supports Member States in strengthening legal help.\nThe threat of foreign terrorist fighters remains.",
)
SHOTS = [
    Shot("lookup", f"/?q={quote('毒罪办')}"),
    Shot("lookup-zh-dark", "/?q=foreign+terrorist", language="zh-CN", dark=True),
    Shot("lookup-narrow", f"/?q={quote('恐怖主义')}", size=NARROW),
    Shot("lookup-zh-narrow-dark", f"/?q={quote('洗钱')}", language="zh-CN", size=NARROW, dark=True),
    Shot("concept", "/concepts/c0036"),
    Shot("concept-zh-dark", "/concepts/c0036?script=zh-Hant", language="zh-CN", dark=True),
    Shot("document", "/documents/a-conf-234-7#p28", size=(1140, 370), click="#p28 a.t"),
    Shot("document-zh-narrow", "/documents/a-conf-234-7#p28", language="zh-CN", size=NARROW, click="#p28 a.t"),
    Shot("text", "/text", size=(1000, 900), fill=PASTED, click="button.main"),
    Shot("glossary", "/documents/a-conf-234-7/glossary?sort=count"),
    Shot("concordance", f"/concordance?q={quote('国际合作')}&sort=right"),
    Shot("subjects-zh", "/subjects", language="zh-CN"),
    Shot("coverage", "/coverage"),
    Shot("workbench", "/admin/", size=DESK, role="reviewer"),
    Shot("workbench-narrow-dark", "/admin/", size=NARROW, dark=True, role="terminologist"),
    Shot("entry", "/admin/termbase/concept/36/change/", size=DESK, role="terminologist"),
    Shot("review", "/admin/review/proposed/", size=DESK, role="reviewer"),
    Shot("review-zh-dark", "/admin/review/proposed/", language="zh-CN", size=DESK, dark=True, role="reviewer"),
]


def main(folder: Path) -> None:
    """Make every picture of SHOTS in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    # Letters in shades of one colour: half the size of those for a particular screen.
    flags = [*FLAGS, "--hide-scrollbars", "--disable-lcd-text", *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    with (
        tempfile.TemporaryDirectory() as data,
        serving(data) as address,
        sync_playwright() as playwright,
    ):
        accounts = dict(line.split() for line in (Path(data) / "demo_accounts.txt").read_text().splitlines())
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        for shot in SHOTS:
            path = folder / f"{shot.name}.png"
            take(browser, address, shot, path, accounts.get(shot.role, ""))
            print(f"{path.relative_to(folder.parent)}  {path.stat().st_size / 1000:.0f} kB")
        browser.close()


def take(browser: Browser, address: str, shot: Shot, path: Path, password: str = "") -> None:
    """One picture of the part of a page that a window shows, to its role if it has one."""
    width, height = shot.size
    context = browser.new_context(
        locale=shot.language,
        viewport={"width": width, "height": height},
        color_scheme="dark" if shot.dark else "light",
        reduced_motion="reduce",
    )
    page: Page = context.new_page()
    if shot.role:
        page.goto(f"{address}/sign-in?next={quote(shot.path)}")
        page.locator("[name=username]").fill(shot.role)
        page.locator("[name=password]").fill(password)
        page.locator("[name=password]").press("Enter")
        page.locator(".workbench").first.wait_for()
        # The preview of an entry comes after the page.
        for preview in page.locator("iframe").all():
            preview.wait_for()
    else:
        page.goto(address + shot.path)
    for box, text in zip(page.locator("textarea").all(), shot.fill, strict=False):
        box.fill(text)
    if shot.click:
        page.locator(shot.click).first.click()
        page.locator("#entry .entry, .findings").first.wait_for()
        if shot.fill:
            # The answer stands below the form, which belongs to the picture.
            page.evaluate("() => scrollTo(0, 0)")
    else:
        page.locator("body").evaluate("() => document.activeElement.blur()")
    page.screenshot(path=path)
    context.close()


@contextmanager
def serving(folder: str = "") -> Iterator[str]:
    """The address of a server of its own, which ends with the block: of the data in `folder`, else the shipped ones."""
    with tempfile.TemporaryDirectory() as temporary, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        environment = {**os.environ, "TERMBASE_DATA": folder or temporary, "PORT": str(port)}
        command = [sys.executable, "manage.py", "run"]
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
        try:
            address = f"http://127.0.0.1:{port}"
            _wait_for(f"{address}/readyz", server)
            yield address
        finally:
            server.terminate()
            server.wait(30)


def _wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + _START_SECONDS
    while time.monotonic() < end and server.poll() is None:
        try:
            urllib.request.urlopen(address).close()
            return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.2)
    raise RuntimeError("The server did not start.")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "screenshots")
