"""How long work takes on which machine: training and serving, with intervals.

The two sub-packages are the faces of this room; the modules beside them hold one formula family
each and are shared by both.

``narrows.performance.training``
    step time, memory, layout search, parity, calibration and validation of training.
``narrows.performance.serving``
    throughput and latency of serving.
"""
