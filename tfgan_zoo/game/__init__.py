"""Two players and one step: the trainer that every model of the zoo shares."""
