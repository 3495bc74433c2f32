"""Loads the harness's pytest plugins for features/ and tests/ alike."""

pytest_plugins = ["harness.runner.plugin", "harness.reporting.allure"]
