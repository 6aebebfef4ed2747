"""The script that hears which row of a table is chosen, given tables as Streamlit would send them."""

import pytest
from playwright.sync_api import BrowserContext

from mvae.ui.views import table

LISTEN = """async ([script, style, html]) => {
  document.body.innerHTML = `<style>${style}</style><main></main>`;
  const main = document.querySelector("main");
  main.innerHTML = html;
  const source = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
  const { default: listen } = await import(source);
  listen({ setTriggerValue: (name, value) => { window.chosen = value; main.innerHTML = html; } });
}"""
STYLE = ".table { height: 10rem; overflow: auto } .table tr { height: 5rem; display: block }"


@pytest.mark.browser
def test_a_long_table_stays_where_it_was_scrolled_to_when_a_row_is_chosen(chromium: BrowserContext) -> None:
    page = chromium.new_page()
    rows = [[table.choice(str(row), str(row), "", current=False)] for row in range(table.MOST_ROWS + 1)]
    page.evaluate(LISTEN, [table._LISTENER, STYLE, table.table(["Given"], rows)])
    page.locator("button", has_text="7").scroll_into_view_if_needed()
    before = page.evaluate("document.querySelector('.table').scrollTop")
    page.locator("button", has_text="7").click()
    assert page.evaluate("chosen") == "7"
    page.wait_for_function("document.querySelector('.table').scrollTop > 0")
    assert page.evaluate("document.querySelector('.table').scrollTop") == before > 0
    page.close()
