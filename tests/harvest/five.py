"""The five documents that ship, and text compared without its white space."""

import re

DOCUMENTS = {
    "000": "000_82d04d44cd6584d7.txt",
    "001": "001_b6f77edec824ad09.txt",
    "002": "002_4b1fd735764ae239.txt",
    "003": "003_6f480fca300e36b0.txt",
    "004": "004_6ac443a3a27de7fa.txt",
}


def tight(text):
    return re.sub(r"\s", "", text)
