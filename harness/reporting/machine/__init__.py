"""A run's result for other systems: our own JSON, JUnit's XML and GITB's test reports. All from the same `Result`."""
