"""What all pages have: head, menu, tabs, downloads."""
