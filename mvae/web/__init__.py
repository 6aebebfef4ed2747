"""What runs in the page: the model's engine and the preparation of inputs, in JavaScript."""
