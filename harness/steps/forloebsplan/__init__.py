"""Plans in Digitale Forløbsplaner, and referrals made from them."""
