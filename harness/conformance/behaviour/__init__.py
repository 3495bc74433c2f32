"""What must hold of what an LPS does, one file per capability: rules over readings at the national services and over its screen.

Each *Så* of a feature names its rule here; rules of messages live with their standard.
"""
