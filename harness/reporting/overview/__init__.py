"""The overview of approvals: `matrix` says what it comes to, `page`, `sheets` and `flat` write it."""
