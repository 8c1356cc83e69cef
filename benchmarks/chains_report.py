"""What the chains showed, in tables."""


def report(found):
    return ""
