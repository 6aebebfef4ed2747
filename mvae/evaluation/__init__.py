"""What a checkpoint is worth: each module measures one thing, on data that it was not trained on."""
