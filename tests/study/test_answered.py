"""What of a study can be planned at all, and what is refused before any planner is asked."""

from dataclasses import replace

import numpy as np
import pytest

from narrows.core import RefusalError
from narrows.study.answered import plannable
from narrows.study.bridge.goals import check_goals


def test_a_study_with_no_lawful_way_and_nothing_held_is_refused(answered):
    study = answered.facts.study
    bare = replace(study, sites=tuple(replace(site, holdings=()) for site in study.sites))
    with pytest.raises(RefusalError, match="no option has a lawful way") as caught:
        plannable(replace(answered.facts, study=bare), answered.offers, ())
    assert caught.value.missing[0] == f"options.{study.options[0].id}"


def test_a_horizon_without_work_is_refused(answered):
    problem = answered.problem
    idle = replace(problem.work, demand=np.zeros_like(problem.work.demand))
    with pytest.raises(RefusalError, match="no workload asks for any work"):
        check_goals(replace(problem, work=idle))
