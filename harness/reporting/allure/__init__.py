"""Allure: results and pages from a run's log. As a pytest plugin this writes scenarios' results for `pytest --alluredir DIR`."""

from harness.reporting.allure.plugin import pytest_configure, pytest_sessionfinish

__all__ = ["pytest_configure", "pytest_sessionfinish"]
