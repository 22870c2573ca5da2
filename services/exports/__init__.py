"""What is in the files of a map: tables in words, the drawing, and what a file tells of its content."""
