"""Forms check the shape of what was sent; rules stand in the workflow and the policy."""
