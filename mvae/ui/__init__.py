"""What the pages are made of: session state, canvas, pictures, charts. The only package that imports streamlit."""
