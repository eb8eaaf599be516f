"""From a page's image to an upright, square-pixel picture and the words on it.

Importing this package keeps OpenCV to one thread: pages are read by one process a core.
"""

import cv2

cv2.setNumThreads(1)
