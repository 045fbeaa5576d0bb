"""Signing in with a real OpenID provider, in a real browser, and by forged tokens."""

import base64
import json
from http.cookiejar import CookieJar
from urllib.error import HTTPError
from urllib.request import HTTPCookieProcessor, HTTPRedirectHandler, build_opener

import itsdangerous
import openid_server
import pytest
import server
from browsing import SLOW_MS
from playwright.sync_api import expect
from socket_client import button_id, run, text_of
from streamlit.auth_util import encode_provider_token
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value
from websockets.exceptions import InvalidStatus

from geo.store import open_store

SECRET = "a secret of the test, of more than 32 characters"  # noqa: S105
MARKER = "Zanzibarwort the quiet marker was never to be written in any log"
RIM = {"sub": "1", "email": "rim@example.org", "email_verified": True, "name": "Rim"}
NOOR = {"sub": "2", "email": "noor@example.org", "email_verified": True}
PEOPLE = """
[people]
"rim@example.org" = "reviewer"
"noor@example.org" = { role = "editor", name = "Noor Haddad" }
"""


class NoRedirect(HTTPRedirectHandler):
    """Shows where a redirection leads, and does not follow it."""

    def redirect_request(self, *_):
        return None


class Place:
    """A server on which people sign in, with its provider and its files."""

    def __init__(self, provider, folder):
        self.provider = provider
        self.where = folder / "store.sqlite"
        self.people = folder / "people.toml"
        self.secrets = folder / "secrets.toml"
        self.address = ""

    def write(self, people=PEOPLE):
        self.people.write_text(f'issuer = "{self.provider.issuer}"\n{people}')

    def log(self):
        return self.where.with_name("store.sqlite.log").read_text()

    def acts(self):
        with open_store(self.where) as store:
            return len(store.articles()), len(store.choices()), store.version()


@pytest.fixture(scope="module")
def place(tmp_path_factory, cache):
    folder = tmp_path_factory.mktemp("signing")
    with openid_server.running() as provider:
        made = Place(provider, folder)
        made.write()
        made.secrets.write_text(
            f"""[auth]
            redirect_uri = "http://127.0.0.1:{{port}}/oauth2callback"
            cookie_secret = "{SECRET}"
            client_id = "{openid_server.CLIENT}"
            client_secret = "of the test"
            server_metadata_url = "{provider.issuer}/.well-known/openid-configuration"
            """
        )
        server.fill(made.where)
        settings = {
            "TIDELINE_PEOPLE": str(made.people),
            "STREAMLIT_SECRETS_FILES": str(made.secrets),
        }
        with server.served(made.where, cache=cache, **settings) as made.address:
            yield made


@pytest.fixture(autouse=True)
def honest(place):
    yield
    place.provider.false, place.provider.key = {}, openid_server.KEY
    place.write()


def signed_in(place, user):
    """Sign in without a browser, and return the cookies that came of it."""
    place.provider.user = user
    jar = CookieJar()
    opener = build_opener(HTTPCookieProcessor(jar))
    # The page's button makes such a token; it names the provider, and nobody.
    token = provider_token()
    with opener.open(f"{place.address}/auth/login?provider={token}", timeout=10):
        pass
    return {cookie.name: cookie.value for cookie in jar}


def provider_token():
    from streamlit import auth_util

    original = auth_util.get_signing_secret
    auth_util.get_signing_secret = lambda: SECRET
    try:
        return encode_provider_token("default")
    finally:
        auth_util.get_signing_secret = original


@pytest.mark.browser
def test_a_reviewer_signs_in_sees_what_may_be_done_and_signs_out(visit, place):
    place.provider.user = RIM
    screen = visit(place.address)
    page = screen.page
    blocked = []
    page.on("console", lambda said: blocked.append(said.text))
    expect(page.get_by_role("button", name="Sign in")).to_be_visible(timeout=SLOW_MS)
    expect(page.get_by_role("button", name="Add a report")).to_have_count(0)
    page.get_by_role("button", name="Sign in").click()
    who = page.get_by_role("button", name="rim@example.org")
    who.click()
    expect(page.get_by_text("Role: reviewer")).to_be_visible(timeout=SLOW_MS)
    expect(page.get_by_text("You may confirm, reject and correct")).to_be_visible(
        timeout=SLOW_MS
    )
    expect(page.get_by_role("button", name="Add a report")).to_have_count(0)
    # The cookie is not for scripts, and the address tells nothing.
    assert page.evaluate("document.cookie.includes('_streamlit_user')") is False
    assert "code=" not in page.url
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible(timeout=SLOW_MS)
    names = {cookie["name"] for cookie in page.context.cookies()}
    assert not {name for name in names if name.startswith("_streamlit_user")}
    assert not [said for said in blocked if "Content Security Policy" in said]


@pytest.mark.browser
def test_an_editor_adds_a_report_that_is_signed_and_not_logged(visit, place):
    place.provider.user = NOOR
    page = visit(place.address).page
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("button", name="Noor Haddad")).to_be_visible(
        timeout=SLOW_MS
    )
    page.get_by_role("button", name="Add a report").click()
    page.get_by_label("Text of the report").fill(
        f"Islamic State captured Palmyra from the Syrian army on 20 May 2015. {MARKER}."
    )
    page.get_by_label("Title").fill(f"Title {MARKER}")
    day = page.get_by_role("group", name="Published on", exact=True)
    day.get_by_role("spinbutton").first.click()
    page.keyboard.type("20150521")
    page.get_by_role("button", name="Find the claims").first.click()
    page.get_by_role("button", name="Store", exact=True).click()
    expect(page.get_by_role("dialog")).to_have_count(0, timeout=SLOW_MS)
    with open_store(place.where) as store, store.reading() as connection:
        [who] = connection.exec_driver_sql(
            "SELECT who FROM revision ORDER BY seq DESC LIMIT 1"
        ).fetchone()
        texts = [store.article(one.article_id).text for one in store.articles()]
    assert who == "noor@example.org"
    assert any(MARKER in text for text in texts)
    assert MARKER not in place.log()
    assert "Traceback" not in place.log()


@pytest.mark.parametrize(
    ("false", "key"),
    [
        ({"iss": "https://another.example"}, None),
        ({"aud": "another client"}, None),
        ({"aud": ["tideline", "another client"], "azp": "another client"}, None),
        ({"nonce": "another"}, None),
        ({"nonce": None}, None),
        ({"exp": 1_000_000_000}, None),
        ({"sub": None}, None),
        ({}, openid_server.ANOTHER_KEY),
    ],
)
def test_a_token_that_is_not_for_us_signs_nobody_in(place, false, key):
    place.provider.false, place.provider.key = false, key or openid_server.KEY
    assert "_streamlit_user" not in signed_in(place, NOOR)


def test_an_honest_token_signs_in_with_pkce(place):
    place.provider.asked.clear()
    cookies = signed_in(place, NOOR)
    assert "_streamlit_user" in cookies
    assert {"/authorize", "/token"} <= set(place.provider.asked)
    drawn = text_of(run(place.address, cookies))
    assert "Noor Haddad" in drawn
    assert "Role: editor" in drawn


def test_an_address_that_was_not_verified_gives_no_role(place):
    drawn = run(place.address, signed_in(place, {**NOOR, "email_verified": False}))
    assert "Role: reader" in text_of(drawn)
    assert "noor@example.org" not in text_of(drawn)
    assert button_id(drawn, "add") is None


def test_a_code_that_another_browser_asked_for_signs_nobody_in(place):
    """What comes back from the provider counts for the browser that set out."""
    place.provider.user = NOOR
    first = build_opener(HTTPCookieProcessor(), NoRedirect())
    asking = f"{place.address}/auth/login?provider={provider_token()}"
    back = led_to(first, led_to(first, asking))
    assert "code=" in back
    jar = CookieJar()
    opener = build_opener(HTTPCookieProcessor(jar))
    with opener.open(back, timeout=10):
        pass
    assert "_streamlit_user" not in {cookie.name for cookie in jar}


def led_to(opener, address):
    with pytest.raises(HTTPError) as caught:
        opener.open(address, timeout=10)
    with caught.value as answer:
        return answer.headers["Location"]


def forgeries(place):
    """Return cookies that say what no provider said."""
    origin = place.address
    claims = {**NOOR, "iss": place.provider.issuer, "origin": origin}
    claims |= {"is_logged_in": True, "provider": "default"}
    body = json.dumps(claims)
    real = signed_in(place, {"sub": "9", "name": "Reader"})["_streamlit_user"]
    other = json.dumps({**claims, "origin": "http://127.0.0.1:1"})
    return {
        "not signed": base64.b64encode(body.encode()).decode(),
        "by another secret": create_signed_value("x" * 40, "_streamlit_user", body),
        "by no secret": create_signed_value("", "_streamlit_user", body),
        "for another cookie": create_signed_value(SECRET, "_streamlit_xsrf", body),
        "of another address": create_signed_value(SECRET, "_streamlit_user", other),
        "another's signature": f"{base64.b64encode(body.encode()).decode()}."
        + real.split(".", 1)[-1],
        "as plain words": body,
        "by the usual signer": itsdangerous.Signer(SECRET).sign(body).decode(),
    }


def test_a_forged_cookie_signs_nobody_in(place):
    for name, cookie in forgeries(place).items():
        value = cookie.decode() if isinstance(cookie, bytes) else cookie
        drawn = run(place.address, {"_streamlit_user": value})
        assert "sign_in" in text_of(drawn), name
        assert "Noor" not in text_of(drawn), name
        assert button_id(drawn, "add") is None, name


def test_the_test_could_forge_if_it_knew_the_secret(place):
    """What is refused above is refused for its signature, not for its form."""
    claims = {**NOOR, "iss": place.provider.issuer, "origin": place.address}
    body = json.dumps({**claims, "is_logged_in": True, "provider": "default"})
    cookie = create_signed_value(SECRET, "_streamlit_user", body).decode()
    assert "Role: editor" in text_of(run(place.address, {"_streamlit_user": cookie}))


def test_a_widget_that_a_reader_was_not_shown_cannot_be_pressed(place):
    """The message of an editor's browser, sent by a reader's, does nothing."""
    query = "event=e-claim-report-16"
    shown = run(place.address, signed_in(place, NOOR), query=query)
    ids = [button_id(shown, key) for key in ("add", "place_point", "again")]
    pressed = [one for one in ids if one]
    assert len(pressed) >= 2
    before = place.acts()
    reader = signed_in(place, {"sub": "9", "name": "Reader"})
    drawn = run(place.address, reader, query=query, widgets=[[one] for one in pressed])
    assert "Text of the report" not in text_of(drawn)
    assert "Role: reader" in text_of(drawn)
    assert place.acts() == before


def test_a_cookie_of_the_provider_before_signs_nobody_in(place):
    cookies = signed_in(place, NOOR)
    place.people.write_text(f'issuer = "https://id.example.org"\n{PEOPLE}')
    drawn = run(place.address, cookies)
    assert button_id(drawn, "sign_in")
    assert "Role:" not in text_of(drawn)


def test_who_is_struck_from_the_file_loses_the_role_at_once(place):
    cookies = signed_in(place, NOOR)
    assert button_id(run(place.address, cookies), "add")
    place.write(people="[people]\n")
    drawn = run(place.address, cookies)
    assert "Role: reader" in text_of(drawn)
    assert button_id(drawn, "add") is None


def test_a_file_that_is_broken_gives_nobody_a_role(place):
    cookies = signed_in(place, NOOR)
    place.write(people="[people]\n'noor@example.org' = 'boss'\n")
    drawn = run(place.address, cookies)
    assert "Read only: what says who may change anything" in text_of(drawn)
    assert button_id(drawn, "add") is None
    assert "no role 'boss'" in place.log()
    # The log is for who runs the server; the page names no file.
    assert str(place.people) not in text_of(drawn)


def test_the_websocket_of_another_site_learns_nobodys_name(place):
    cookies = signed_in(place, NOOR)
    with pytest.raises(InvalidStatus, match="403"):
        run(place.address, cookies, origin="http://127.0.0.1:1")


def test_no_statistics_are_gathered(place):
    drawn = run(place.address, {})
    session = next(m.new_session for m in drawn if m.HasField("new_session"))
    assert session.config.gather_usage_stats is False
