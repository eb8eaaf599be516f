"""Our own barcode on a page that comes back: the reference of the request that it answers."""

import numpy as np
import zxingcpp
from numpy.typing import NDArray

from terms.reference import CaseReference

_LEAST_HEIGHT = 8


def read_reference(grey: NDArray[np.uint8]) -> str | None:
    """Give the reference that a Code 128 on an upright page holds, or ``None``.

    ``grey`` is the page in square pixels, 0 = ink. Other people's barcodes fail the reference's own check
    sign; a page with two different references of ours belongs to neither for certain and gives ``None``.
    """
    if min(grey.shape) < _LEAST_HEIGHT:
        return None
    found = {
        reference.value
        for code in zxingcpp.read_barcodes(grey, formats=zxingcpp.BarcodeFormat.Code128, try_rotate=False)
        if (reference := CaseReference.parse(code.text)) is not None
    }
    return found.pop() if len(found) == 1 else None
