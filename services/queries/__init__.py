"""What each page of services and maps shows."""
