from __future__ import annotations

import pytest

from narrows.performance.serving.kinds import RateKind, rate_kind


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("output", RateKind.OUTPUT),
        ("Output tokens", RateKind.OUTPUT),
        ("decode", RateKind.OUTPUT),
        ("生成", RateKind.OUTPUT),
        ("input", RateKind.INPUT),
        ("Prefill tokens", RateKind.INPUT),
        ("input+output", RateKind.BOTH),
        ("total tokens", RateKind.BOTH),
        ("not stated; InferenceX counts input plus output", RateKind.BOTH),
        ("输入+输出", RateKind.BOTH),
        ("not stated (input+output or output)", RateKind.UNTOLD),
        ("", RateKind.UNTOLD),
        ("N/A", RateKind.UNTOLD),
    ],
)
def test_tokens_that_a_rate_counts(written, kind):
    assert rate_kind(written) is kind
