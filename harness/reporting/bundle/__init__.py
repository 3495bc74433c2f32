"""A run to hand on: `grounds` finds what it was measured with, `manifest` lists and signs, `pack` puts it in one zip."""
