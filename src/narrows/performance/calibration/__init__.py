"""From measurements to constants: a hierarchical fit, its draws, and how they are used."""

from narrows.performance.calibration.draws import Calibration, constants_at, packaged
from narrows.performance.calibration.table import Parameter, parameters

__all__ = ["Calibration", "Parameter", "constants_at", "packaged", "parameters"]
