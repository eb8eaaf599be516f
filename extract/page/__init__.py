"""From a page's image to an upright, square-pixel picture and the words on it."""
