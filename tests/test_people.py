"""Roles, the file that gives them, and who a provider's word makes of a reader."""

import pytest

from geo.database import StoreError
from geo.people import (
    ANYBODY,
    NEEDS,
    OWNER,
    ROLES,
    Deed,
    NotPermittedError,
    PeopleError,
    Person,
    Role,
    permit,
    read_people,
)

ISSUER = "https://id.example.org"
FILE = f"""
issuer = "{ISSUER}"
[people]
"Rim@Example.org" = "reviewer"
"editor-7" = {{ role = "editor", name = "Noor" }}
"""
# Each role, and what it may do beyond the one before it.
MORE = {
    Role.READER: set(),
    Role.REVIEWER: {"confirm", "reject", "correct", "place"},
    Role.EDITOR: {"add", "draft", "feed", "split", "merge", "publishers", "layers"},
    Role.ADMIN: {"webhooks", "people", "lists", "archive"},
}


@pytest.fixture
def written(tmp_path):
    def write(text):
        path = tmp_path / "people.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_each_role_may_do_its_own_and_what_those_before_it_may():
    may = set()
    for role in ROLES:
        may |= MORE[role]
        assert {deed for deed in Deed if Person(role=role).may(deed)} == may
    assert set(NEEDS) == set(Deed) == may


@pytest.mark.parametrize("deed", Deed)
def test_who_may_not_is_told_which_role_may(deed):
    permit(OWNER, deed)
    with pytest.raises(NotPermittedError, match=f"the role of {NEEDS[deed]}, and"):
        permit(ANYBODY, deed)
    # What shows the store's troubles shows this one.
    assert issubclass(NotPermittedError, StoreError)


def test_a_file_gives_roles_by_address_and_by_subject(written):
    people = read_people(written(FILE))
    said = {"iss": ISSUER, "sub": "1", "email": "rim@example.ORG"}
    rim = people.person({**said, "email_verified": True})
    assert (rim.role, rim.who) == (Role.REVIEWER, "rim@example.org")
    noor = people.person({"iss": ISSUER, "sub": "editor-7"})
    assert (noor.role, noor.who, noor.name) == (Role.EDITOR, "editor-7", "Noor")
    other = people.person({"iss": ISSUER, "sub": "2", "name": "Somebody"})
    assert (other.role, other.who, other.name) == (Role.READER, "2", "Somebody")


@pytest.mark.parametrize("verified", [False, None, "false", "yes", 1.5, "missing"])
def test_an_unverified_address_is_nobodys(written, verified):
    said = {"iss": ISSUER, "sub": "9", "email": "rim@example.org"}
    if verified != "missing":
        said["email_verified"] = verified
    person = read_people(written(FILE)).person(said)
    assert person.role == Role.READER
    assert "rim" not in person.who + person.name


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"sub": "editor-7"},
        {"iss": "https://id.example.org.evil.test", "sub": "editor-7"},
        {"iss": ISSUER},
        {"iss": ISSUER, "sub": ["editor-7"]},
    ],
)
def test_the_word_of_another_provider_names_nobody(written, said):
    assert read_people(written(FILE)).person(said) == ANYBODY


def test_an_id_that_looks_like_an_address_is_no_address(written):
    said = {"iss": ISSUER, "sub": "rim@example.org"}
    person = read_people(written(FILE)).person(said)
    assert (person.role, person.who) == (Role.READER, "id:rim@example.org")


def test_a_role_in_the_token_is_not_taken_from_it(written):
    said = {"iss": ISSUER, "sub": "3", "role": "admin", "roles": ["admin"]}
    assert read_people(written(FILE)).person(said).role == Role.READER


def test_names_are_shown_to_all_only_if_the_file_says_so(written):
    assert read_people(written(FILE)).shown("editor-7") == ""
    people = read_people(written(f"public_names = true\n{FILE}"))
    assert people.shown("editor-7") == "Noor"
    assert people.shown("rim@example.org") == "rim@example.org"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "issuer is missing; write the address of your OpenID provider"),
        (FILE.replace("reviewer", "reviwer"), "no role 'reviwer'; there are: reader"),
        (f"roles = 1\n{FILE}", "nothing is called 'roles'; there are: default"),
        (f"default = 'boss'\n{FILE}", "default: no role 'boss'"),
        (f"public_names = 'yes'\n{FILE}", "public_names is true or false"),
        (f"{FILE}'rim@example.org' = 'admin'", "rim@example.org stands there twice"),
        (f"{FILE}'x' = 3", "x: write a role"),
        (f"{FILE}'x' = {{ role = 'admin', rank = 1 }}", "x: nothing is called 'rank'"),
        (f"{FILE}'x' = {{ name = 'X' }}", "x: no role None"),
        (f"{FILE}'x' = {{ role = 'admin', name = 1 }}", "x: a name is text"),
        (f"issuer = '{ISSUER}'\npeople = ['x']", "people is a table"),
        ("issuer =", "Invalid value"),
    ],
)
def test_what_is_not_understood_is_said_and_gives_no_role(written, text, told):
    with pytest.raises(PeopleError, match=told) as caught:
        read_people(written(text))
    assert "people.toml: " in str(caught.value)


def test_a_file_that_is_not_there_is_said(tmp_path):
    with pytest.raises(PeopleError, match="no such file"):
        read_people(tmp_path / "none.toml")


def test_a_file_of_other_letters_is_said(written):
    path = written(FILE)
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(PeopleError, match="utf-8"):
        read_people(path)
