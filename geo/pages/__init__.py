"""The page: Streamlit draws here what the rest of the program knows."""
