"""A site without a server: the model in pages that any web server serves, or in one file.

``page/`` is what a browser loads, ES modules as they are; `content` says of what a site consists, `folder`
and `single` write it. Nothing in a site comes from anywhere else: its Content Security Policy tells the
browser so.
"""
