"""What a comparison shows: the HTML page with its plots and tables."""
