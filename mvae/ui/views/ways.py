"""How several draws of what is missing are shown, in the app and on a site without a server."""

WAYS = 8
WAYS_CELL, WAYS_SCALE = (5, 5), 3
"""Of the pictures, in pixels: width and height of a value of a heat map; pixels for a value of ink."""
