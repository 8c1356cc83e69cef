"""The picture of the ablation: one place in successive shots, a row an arm, nothing cropped away."""
