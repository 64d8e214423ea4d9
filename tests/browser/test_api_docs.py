"""The pages of the API's schema, which need nothing from the internet and keep to the page's policy."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.django_db(transaction=True)


def test_calls_are_listed_and_can_be_tried_out(page, live_server, small_termbase):
    page.goto(live_server.url + "/api/v1/docs/")
    expect(page.locator(".opblock").first).to_be_visible()
    # One for each operation of the schema; `page` fails the test on anything that the policy refused.
    assert page.locator(".opblock").count() >= 20
    call = page.locator("#operations-concepts-get_concepts_by_key")
    call.locator(".opblock-summary-control").click()
    call.get_by_role("button", name="Try it out").click()
    call.locator("tr[data-param-name=key] input").fill("c0002")
    call.get_by_role("button", name="Execute").click()
    expect(call.locator(".live-responses-table")).to_contain_text("毒品")
