"""What the page All subsets is made of."""
