"""The page How it works as a person uses it, on both screens."""

import inspect
import re

import pytest

from tests.browser.conftest import on_tablet

pytest.importorskip("playwright", reason="needs the package playwright")
from playwright.sync_api import Locator, Page, expect

from mvae.model.gaussian import product_of_experts
from mvae.ui.how_it_works.text import HowItWorks as How
from tests.browser.actions import (
    badge,
    expect_address,
    expect_change,
    go_to,
    output,
    point_at,
    switch,
    wait_until_idle,
)

pytestmark = [pytest.mark.browser, on_tablet]

SECTIONS = {
    "idea": How.IDEA, "expert": How.EXPERT, "product": How.PRODUCT, "subsets": How.SUBSETS,
    "sampling": How.SAMPLING, "elbo": How.ELBO, "training": How.TRAINING, "doubt": How.DOUBT,
}  # fmt: skip


def open_how(page: Page, server: str) -> None:
    page.goto(f"{server}/how_it_works")
    expect(page.get_by_role("heading", name=How.PAGE, level=1)).to_be_visible()
    expect_all_pictures(page)


def expect_all_pictures(page: Page) -> None:
    for anchor in SECTIONS:
        expect(live(page, anchor).locator('svg[role="img"], img, table').first).to_be_visible()
    wait_until_idle(page)


def live(page: Page, anchor: str) -> Locator:
    return page.locator(f".st-key-how-live-{anchor}")


def live_pictures(page: Page) -> dict[str, str]:
    """What is drawn in each section."""
    expect_all_pictures(page)
    script = """place => [...place.querySelectorAll('svg[role="img"], img, table')]
        .map(each => each.src ?? each.outerHTML).join()"""
    return {anchor: live(page, anchor).evaluate(script) for anchor in SECTIONS}


def graphical_model(page: Page) -> Locator:
    return page.get_by_role("img", name=re.compile("^Graphical model"))


def test_the_formulas_are_set(screen: Page, server: str) -> None:
    open_how(screen, server)
    formulas = screen.locator(".stMarkdown .katex-display, .stLatex .katex-display")
    expect(formulas).to_have_count(len(SECTIONS) + 1)  # and one with the numbers of the input
    for formula in formulas.all():
        expect(formula).to_be_visible()
        assert formula.evaluate("each => each.scrollWidth - each.clientWidth") <= 2  # nothing is cut off
    expect(screen.locator(".katex-error")).to_have_count(0)
    assert screen.evaluate(
        "document.fonts.check('16px KaTeX_Main') && document.fonts.check('16px KaTeX_Math')"
    )
    assert "$" not in screen.get_by_test_id("stMain").inner_text()


def test_the_pictures_show_the_persons_own_last_input(screen: Page, server: str) -> None:
    open_how(screen, server)
    before = live_pictures(screen)
    expect(graphical_model(screen)).to_have_accessible_name(re.compile(r"Given: Farsi digit\. .* reads 5"))
    go_to(screen, "Draw & speak")
    drawn = output(screen, "farsi").get_attribute("src")
    point_at(screen.locator(".st-key-example-farsi button").nth(3))
    expect_change(output(screen, "farsi"), drawn)
    wait_until_idle(screen)
    point_at(switch(screen, "kannada"))
    expect(badge(screen, "kannada")).to_contain_text("given")
    wait_until_idle(screen)
    label = screen.locator('.st-key-label [data-testid="stMetricValue"]').inner_text()
    go_to(screen, How.PAGE)
    expect(graphical_model(screen)).to_have_accessible_name(
        re.compile(rf"Given: Farsi digit, Kannada digit\. .* reads {label}")
    )
    after = live_pictures(screen)
    assert all(after[anchor] != picture for anchor, picture in before.items())

    point_at(screen.get_by_role("button", name="Kannada digit", exact=True))
    expect(graphical_model(screen)).to_have_accessible_name(re.compile(r"Given: Farsi digit\. .* reads 3"))
    alone = live_pictures(screen)
    assert alone["idea"] not in (after["idea"], before["idea"])
    go_to(screen, "Draw & speak")  # the switches are the same there
    expect(badge(screen, "kannada")).to_contain_text("imagined")
    expect(badge(screen, "farsi")).to_contain_text("given")


def test_another_dimension_renews_the_product(screen: Page, server: str) -> None:
    open_how(screen, server)
    curves = screen.get_by_role("img", name=re.compile("^Densities in latent dimension"))
    numbers = live(screen, "product").locator(".katex-display")
    drawn, written = curves.get_attribute("aria-label") or "", numbers.inner_text()
    point_at(screen.get_by_role("combobox", name=How.DIMENSION))
    option = screen.get_by_role("option").nth(3)
    chosen = option.inner_text()
    point_at(option)
    expect(curves).to_have_accessible_name(re.compile(f"^Densities in latent dimension {chosen}:"))
    assert curves.get_attribute("aria-label") != drawn
    expect(numbers).not_to_have_text(written, use_inner_text=True)
    expect_address(screen, f"dimension={chosen}")


def test_code_is_that_of_the_package(screen: Page, server: str) -> None:
    open_how(screen, server)
    expanders = screen.get_by_test_id("stExpander")
    expect(expanders).to_have_count(len(SECTIONS))
    expect(expanders.locator(".stCode code").filter(visible=True)).to_have_count(0)
    for summary in expanders.locator("summary").all():
        point_at(summary)
    for expander in expanders.all():
        summary, code = expander.locator("summary"), expander.locator(".stCode code")
        names = summary.inner_text().rpartition(": ")[2].split(", ")
        expect(code).to_have_count(len(names))
        for name, shown in zip(names, code.all(), strict=True):
            expect(shown).to_be_visible()
            expect(shown).to_contain_text(re.compile(rf"(def|class) {name.rpartition('.')[2]}\b"))
        if names == [product_of_experts.__name__]:
            assert code.inner_text().split() == inspect.getsource(product_of_experts).split()
            point_at(summary)
            expect(code).to_be_hidden()


def test_the_contents_lead_to_the_sections(screen: Page, server: str) -> None:
    open_how(screen, server)
    titles = SECTIONS | {"sources": How.SOURCES}
    for number, (anchor, title) in enumerate(titles.items(), 1):
        heading = screen.get_by_role("heading", name=f"{number} · {title}", level=2)
        link = screen.get_by_role("link", name=f"{number} {title}".replace(" ", "\N{NO-BREAK SPACE}"))
        link.scroll_into_view_if_needed()
        if number > 2:  # the first two are seen from there, too
            expect(heading).not_to_be_in_viewport()
        point_at(link)
        expect(heading).to_be_in_viewport(ratio=1)
        assert screen.url.endswith(f"#{anchor}")
