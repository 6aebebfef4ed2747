"""One path from what a person draws or says, and from the data sets, to what the model takes."""
