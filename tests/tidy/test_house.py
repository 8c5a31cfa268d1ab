"""STYLE.md holds for the whole repository: every rule of the rulebook, with the listed exceptions."""

import pytest

from tests.tidy.rulebook import RULES, breaches, read_exemptions
from tests.tidy.tree import Repository, read_repository


@pytest.fixture(scope="module")
def repository() -> Repository:
    return read_repository()


@pytest.mark.parametrize("rule", RULES)
def test_the_house_keeps_its_rule(rule: str, repository: Repository):
    found = breaches(rule, repository, read_exemptions())
    assert not found, "\n" + "\n".join(map(str, found))


def test_every_exception_is_still_needed(repository: Repository):
    used = {
        exemption
        for rule in RULES
        for finding in RULES[rule](repository)
        for exemption in read_exemptions()
        if exemption.covers(rule, finding)
    }
    assert used == set(read_exemptions())


def test_every_exception_gives_a_reason():
    assert all(len(exemption.reason.split()) >= 4 for exemption in read_exemptions())
