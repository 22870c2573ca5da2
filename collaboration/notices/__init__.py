"""What people are told: which mail tells it, when it goes, and what the reader has chosen."""
