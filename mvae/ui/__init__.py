"""What pages are made of, and the server that shows them. The only package that imports streamlit."""
