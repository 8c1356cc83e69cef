"""Examples drawn where they are learnt from: recipes in, tensors out, with torch and numpy alone."""
