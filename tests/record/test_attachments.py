"""What testers hand in: what it is, and that no foreign CPR number comes in with it however it is written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from harness.domain.errors import BadInput
from harness.record.attachments import keep_files
from harness.record.evidence import Evidence
from harness.record.guard import Guard

GUARD = Guard(frozenset({"2512489996"}))
"""Knows Nancy; Elmer, another national test person, is foreign to it."""


@pytest.mark.parametrize(
    "between", ["", " ", "-", " - ", "_", "\u00a0", "\u2010", "\u2011", "\u2012", "\u2013", "\u2014", "\u2015"]
)
@pytest.mark.parametrize("before", ["", "CPR", "cpr=", "("])
def test_a_foreign_number_is_found_as_people_write_it(between: str, before: str) -> None:
    assert GUARD.in_prose(f"Patienten {before}250947{between}9989 er her")
    assert not GUARD.in_prose(f"Patienten {before}251248{between}9996 er her")


@pytest.mark.parametrize(
    "text",
    [
        "123e4567-e89b-12d3-a456-250947998912",
        "SHA-256 " + "2509479989abcdef" * 4,
        "20270301091500",
        "1.2.208.2509479989",
        "Skærmbillede 2027-03-01 101512",
        "Ring på 70 10 20 30",
    ],
)
def test_what_is_no_number_of_a_person_is_none(text: str) -> None:
    assert not GUARD.in_prose(text)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.xml", b"<a>250947&#x2013;9989</a>"),
        ("a.xml", b"<a b='CPR250947&#32;9989'/>"),
        ("a.xml", b"<!-- 250947 9989 --><a/>"),
        ("a.json", json.dumps({"tekst": "250947–9989"}).encode()),
        ("a.json", json.dumps({"250947 9989": None}).encode()),
        ("a.json", json.dumps([{"nummer": 2509479989}]).encode()),
        ("skærm_2509479989.png", b"\x89PNG\r\n\x1a\n"),
        ("skærm 250947 9989.png", b"\x89PNG\r\n\x1a\n"),
    ],
    ids=repr,
)
def test_a_file_with_a_foreign_number_is_not_kept(name: str, data: bytes, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="CPR-nummer"):
        keep_files([("fin.json", b"{}"), (name, data)], GUARD, Evidence(tmp_path))
    assert not any(each.is_file() for each in tmp_path.rglob("*"))


@pytest.mark.parametrize(
    "data",
    [
        b"<html><body/></html>",
        b"<HTML/>",
        b"<x:html xmlns:x='http://www.w3.org/1999/xhtml'/>",
        b"<div xmlns='http://www.w3.org/1999/xhtml'/>",
        b"<?xml version='1.0'?><!-- en tegning --><svg xmlns='http://www.w3.org/2000/svg'/>",
    ],
    ids=repr,
)
def test_a_web_page_is_no_xml_file(data: bytes, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="webside"):
        keep_files([("a.xml", data)], GUARD, Evidence(tmp_path))


def test_what_is_as_it_should_be_is_kept(tmp_path: Path) -> None:
    files = [("a.xml", "<a>251248–9996</a>".encode()), ("a.json", b'{"cpr": "251248 9996"}')]
    assert [each.media_type for each in keep_files(files, GUARD, Evidence(tmp_path))] == ["application/xml", "application/json"]
