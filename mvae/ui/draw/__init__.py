"""What the page Draw & speak is made of."""
