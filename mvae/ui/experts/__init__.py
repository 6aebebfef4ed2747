"""The parts of the page Experts: one module a tab, and their charts."""
