"""Referrals to the municipality's prevention, and what comes back."""
