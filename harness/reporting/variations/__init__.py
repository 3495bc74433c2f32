"""The variationsrapport: `variations` finds where systems coded or sent the same otherwise, `page` writes it."""
