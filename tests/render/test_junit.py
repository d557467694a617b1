"""What checks found as JUnit XML."""

from __future__ import annotations

from xml.etree import ElementTree

from tests.render.sample_flows import T0
from tracer.flows.model import Guarantee, NotLookedFor, Problem, Unknown
from tracer.render.junit import report_junit

ODD = "\x00\x1b[1m\ud800\ufffe]]></failure>&'\"\n"
POISON = Problem("poison", "pay", "orders", "pay", 1_500, T0, T0, f"failed: {ODD}", ("kafka://orders/0/1", ODD), 0.95)
DOUBT = Unknown("lost", "orders", "orders", "mail", 3, T0, T0, "3 not handled; unknown: sampled", (), "sampled")
BLIND = NotLookedFor("business-duplicate", "no send span carries a hash")
AS_OBSERVED = (
    Guarantee("orders", "mail", None, 34, 0, 0, None, "sampled"),
    Guarantee("orders", "pay", "at-least-once", 34, 0, 2, None, None),
)
NAMES = ["poison", "lost", "business-duplicate", "stuck"]
CHILDREN = {
    "testsuites": {"testsuite"},
    "testsuite": {"testcase", "properties", "system-out", "system-err"},
    "testcase": {"skipped", "failure", "error", "system-out", "system-err"},
}
REQUIRED = {"testsuite": {"name", "tests", "failures", "errors"}, "testcase": {"name"}}
ALLOWED = {
    "testsuites": {"name", "time", "tests", "failures", "errors"},
    "testsuite": {"name", "tests", "failures", "errors", "skipped", "time", "timestamp", "hostname", "id", "package"},
    "testcase": {"name", "classname", "time", "group"},
    "failure": {"type", "message"},
    "skipped": {"type", "message"},
}
"""The common part of what Jenkins' junit-10.xsd and GitLab take."""


def report() -> ElementTree.Element:
    return ElementTree.fromstring(report_junit(NAMES, [POISON, POISON], [DOUBT], [BLIND], AS_OBSERVED).encode())


def test_it_has_the_elements_and_attributes_of_the_common_schema_and_counts_them() -> None:
    root = report()
    for element in root.iter():
        assert {child.tag for child in element} <= CHILDREN.get(element.tag, set())
        assert REQUIRED.get(element.tag, set()) <= set(element.keys()) <= ALLOWED.get(element.tag, set())
    for suite in root:
        assert suite.get("tests") == str(len(suite))
        assert suite.get("failures") == str(len(suite.findall("testcase/failure")))
        assert suite.get("skipped") == str(len(suite.findall("testcase/skipped")))


def test_a_check_passes_only_where_it_looked_and_found_nothing() -> None:
    cases = {case.get("classname", ""): [child.tag for child in case] for case in report()[0]}
    assert cases == {
        "tracer.poison": ["failure"],
        "tracer.lost": ["skipped"],
        "tracer.business-duplicate": ["skipped"],
        "tracer.stuck": [],
    }
    skipped = [each.get("message") for each in report().iter("skipped")]
    assert skipped[1] == "not looked for: no send span carries a hash"


def test_no_two_cases_have_one_name() -> None:
    names = [(case.get("classname"), case.get("name")) for case in report().iter("testcase")]
    assert len(names) == len(set(names))
    assert ("tracer.poison", "pay of orders") in names


def test_how_events_were_delivered_is_the_output_of_a_case_and_skipped_where_it_is_open() -> None:
    suite = report()[1]
    assert suite.get("name") == "delivery as observed"
    assert [(case.get("name"), case[0].tag) for case in suite] == [
        ("orders → pay", "system-out"),
        ("orders → mail", "skipped"),
    ]
    assert suite[0][0].text == "at least once; 0 lost, 2 redelivered, 34 handled"


def test_what_comes_from_telemetry_stays_text() -> None:
    failure = next(report().iter("failure"))
    assert "]]></failure>&'\"" in (failure.get("message") or "")
    assert len(failure) == 0
    assert (failure.text or "").splitlines()[0] == "kafka://orders/0/1"
