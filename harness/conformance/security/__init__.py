"""Rules of the security headers a SOAP message carries."""
