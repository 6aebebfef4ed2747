"""What models make of inputs, computed once and shared between sessions."""
