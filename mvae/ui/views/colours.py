"""The colours of the charts: they stand out on a light and on a dark page; an expert has one everywhere."""

# Okabe & Ito (2008), for colour-blind people; without black and yellow, each invisible on one of the themes.
PALETTE = ("#d55e00", "#0072b2", "#009e73", "#cc79a7", "#56a0d3", "#b58900", "#8a94a6")
EXPERTS = {"farsi": PALETTE[0], "kannada": PALETTE[1], "speech": PALETTE[2], "prior": PALETTE[6]}
"""Of each modality's expert, and of the prior."""
CHART_TEXT = "#000037"
"""In a plotly chart almost that of the page's text: Streamlit puts its theme's strongest grey there."""


SIZE = 220
"""Side of the canvas, in pixels."""


PEN_WIDTH = 14


COLOUR = "#2f86d6"
"""Of the ink: it stands out on a light and on a dark page."""
