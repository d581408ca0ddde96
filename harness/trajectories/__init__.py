"""Training trajectories: from runs and plans to data that trainers load."""
