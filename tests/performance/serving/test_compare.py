from __future__ import annotations

import pytest

from narrows.core import RefusalError
from narrows.performance.serving import Deployment, Limits, Load, compare_phases

SYSTEMS = ["hgx-h20", "atlas-800t-a2", "cloudmatrix384", "dgx-h200"]
LOAD = Load(input_tokens=4000, output_tokens=1000)


@pytest.fixture(scope="module")
def table(catalog):
    model = catalog.models["deepseek-v3"]
    found = compare_phases(catalog, model, SYSTEMS, chips=32, load=LOAD, limits=Limits(tpot_ms=50))
    return {row.chip: row for row in found}


def test_the_reference_is_one_without_doubt(table):
    own = table["nv-h200-sxm"]
    assert (own.decode_ratio.p05, own.decode_ratio.p95) == pytest.approx((1.0, 1.0))
    assert own.prefill_ratio.p50 == pytest.approx(1.0)


def test_the_h20_keeps_about_as_much_of_an_h200_where_a_full_batch_is_arithmetic(table):
    """Latent attention over many sequences works the arithmetic that export limits took."""
    row = table["nv-h20"]
    assert 0.1 < row.prefill_ratio.p50 < 0.3
    assert row.prefill_ratio.p50 * 0.7 < row.decode_ratio.p50 < 0.83


def test_the_h20_keeps_more_of_an_h200_where_caches_are_read(catalog):
    """Export limits took arithmetic, not bandwidth: 0.15 of the H200's and 0.83 of it."""
    model, systems = catalog.models["llama3-70b"], ["hgx-h20", "dgx-h200"]
    found = compare_phases(catalog, model, systems, chips=8, load=LOAD, limits=Limits(tpot_ms=50))
    row = next(each for each in found if each.chip == "nv-h20")
    assert row.decode_ratio.p50 > row.prefill_ratio.p50 * 1.3


def test_ratios_have_honest_intervals(table):
    for name in ("nv-h20", "hw-910b3", "hw-910c"):
        ratio = table[name].decode_ratio
        assert ratio.p05 < ratio.p50 < ratio.p95
        assert ratio.p50 == pytest.approx(table[name].decode.p50 / table["nv-h200-sxm"].decode.p50)


def test_a_limit_that_nothing_meets_is_refused(catalog):
    with pytest.raises(RefusalError, match="meets the limits"):
        compare_phases(
            catalog,
            catalog.models["deepseek-v3"],
            ["dgx-h200"],
            chips=32,
            load=LOAD,
            limits=Limits(tpot_ms=0.5),
        )


def test_an_engine_may_be_named_with_its_system(catalog):
    usual, tuned = (
        compare_phases(
            catalog,
            catalog.models["deepseek-v3"],
            [name, "dgx-h200"],
            chips=32,
            load=LOAD,
            limits=Limits(tpot_ms=50),
        )[0]
        for name in ("cloudmatrix384", "cloudmatrix384:cann")
    )
    assert (usual.engine, tuned.engine) == ("vllm-ascend", "cann")
    assert usual.decode.p50 != tuned.decode.p50


def test_a_system_whose_chip_is_not_on_record_is_refused(catalog):
    model = catalog.models["deepseek-v3"]
    with pytest.raises(RefusalError, match=r"the chip of .* is not on record; missing: chip"):
        compare_phases(catalog, model, ["tianchi-256"], chips=32, load=LOAD, limits=Limits())


def test_the_operators_limit_holds_in_a_comparison(catalog):
    model, load = catalog.models["deepseek-v3"], Load(input_tokens=2000, output_tokens=500)
    free, held = (
        compare_phases(
            catalog,
            model,
            ["dgx-h200"],
            chips=16,
            load=load,
            limits=Limits(tpot_ms=50),
            deployment=Deployment(max_seqs=seqs),
        )[0]
        for seqs in (None, 2)
    )
    assert held.decode.p50 < free.decode.p50 / 2
    assert held.prefill == free.prefill
