"""What the page All seven subsets is made of."""
