"""``narrows run``: the main job."""


def run(study: str) -> int:
    """Answer.

    Parameters
    ----------
    study
        A file or the name of a packaged study.
    """
    return 0 if study else 1
