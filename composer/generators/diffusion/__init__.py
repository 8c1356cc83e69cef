"""Big open models through diffusers, on the machine that renders: `ltx` and `ltx2`.

Nothing here imports torch, diffusers or transformers before a model is checked or loaded.
"""
