"""What ails a training, in words and charts."""
