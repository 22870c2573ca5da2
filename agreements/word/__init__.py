"""The agreement as a DOCX, and what comes back in one: suggestions and comments by clause. Nothing in here knows a model."""
