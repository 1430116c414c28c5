"""How the cost of a call grows with its input, told from quadratic by a gap that a busy machine cannot fill."""

import gc
import time
from collections.abc import Callable

STEPS = 16
"""How many times as long the second input is: work that grows with the square takes 256 times as long."""

BOUND = 80


def of_the_square(run: Callable[[int], object], size: int) -> bool:
    """Whether `run(STEPS * size)` costs so much more processor time than `run(size)` that it cannot be linear.

    The least of three tries each, without the collector of garbage, whose passes grow with what other tests left.
    """

    def least(size: int) -> float:
        tries = []
        for _ in range(3):
            began = time.process_time()
            run(size)
            tries.append(time.process_time() - began)
        return min(tries)

    was_on = gc.isenabled()
    gc.collect()
    gc.disable()
    try:
        return least(STEPS * size) > BOUND * least(size) + 0.05
    finally:
        if was_on:
            gc.enable()
