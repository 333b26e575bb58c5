"""Time that rules cost: port checks, notices, counsel."""

from datetime import date

from narrows.core import Gate, Truth


def spans(verdict):
    return {(one.leg, one.gate): (one.low_days, one.high_days) for one in verdict.delays}


def test_port_checks_add_days_at_customs_from_the_autumn_of_2025(world):
    found = spans(world.judge())
    assert found["whole", Gate.CUSTOMS] == (0.0, 60.0)
    assert ("whole", Gate.CUSTOMS) not in spans(world.but(on=date(2025, 6, 1)).judge())


def test_counsel_is_asked_once_however_many_steps_need_it(world):
    today = world.but(on=date(2026, 11, 23)).judge()
    needing = [finding for finding in today.conflicts if finding.code == "k2"]
    counsel = [delay for delay in today.delays if delay.gate is None]
    assert len(needing) > 1
    assert [(one.low_days, one.high_days, one.truth) for one in counsel] == [
        (5.0, 20.0, Truth.TRUE)
    ]


def test_malaysian_notice_takes_thirty_days(world, make_leg):
    legs = (make_leg("onward", "MY SG export", "host vendor", "server deploy"),)
    verdict = world.but(legs=legs).with_use(site="SG", buyer="vendor").judge()
    assert spans(verdict)["onward", Gate.EXPORT_LICENCE] == (30.0, 30.0)


def test_home_made_chips_cross_no_port(world, ways):
    assert world.but(chip="hw-910c", legs=ways["at home"]).judge().delays == ()
