"""What pages are made of: session, canvas, pictures, charts. The only package that imports streamlit."""
