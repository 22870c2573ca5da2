"""What happens on documents, told at once to those who look at them."""
