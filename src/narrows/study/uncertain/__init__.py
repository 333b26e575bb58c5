"""What a study is not sure of, and its problem as a function of that."""
