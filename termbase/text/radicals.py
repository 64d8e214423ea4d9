"""Radicals that some PDFs have in place of ideographs, made the ideographs that a reader takes them for.

Fonts draw ⽅ and 方 with one glyph, and programs that print to PDF (Chromium among them) note the first character they
find for it. The table is `Equivalent_Unified_Ideograph` of Unicode for the radicals that NFKC leaves alone.
"""

import re
import unicodedata

_SUPPLEMENT = dict(
    zip(
        "⺁⺂⺃⺄⺅⺆⺇⺈⺉⺊⺋⺌⺍⺎⺏⺐⺑⺒⺓⺔⺕⺖⺗⺘⺙⺛⺜⺝⺞⺠⺡⺢⺣⺤⺥⺦⺧⺨⺩⺪⺫⺬⺭⺮⺯⺰⺱⺲⺳⺴⺵⺶⺷⺸⺹⺺⺻⺼⺽⺾⺿⻀⻁⻂⻃⻄⻅⻆⻇⻈⻉⻊⻋⻌⻍⻎⻏⻐⻑⻒⻓⻔⻕⻖⻗⻘⻙⻚⻛⻜⻝⻞⻟⻠⻡⻢⻣⻤"
        "⻥⻦⻧⻨⻩⻪⻫⻬⻭⻮⻯⻰⻱⻲",
        "厂乛乚乙亻冂𠘨刀刂卜㔾小尐兀尣尢𡯂巳幺彑彐忄心扌攵旡日月歺民氵氺灬爫爬丬牛犭王𤴔目示礻𥫗糹纟罓罒㓁冗𦉫羊𦍌𦍋耂肀聿肉𦥑艹艺艻虎衤覀西见角𧢲讠贝𧾷车辶辷辸邑钅長镸长门𨸏阝雨青韦页风飞食𩙿飠饣𩠐马骨鬼"
        "鱼鸟卤麦黄黾斉齐歯齿竜龙龜亀",
        strict=True,
    )
)
_RADICAL = re.compile("[\u2e80-\u2fdf\uf900-\ufaff]")


def without_radicals(text: str) -> str:
    """`text` with ideographs in place of radicals and of compatibility ideographs."""
    return _RADICAL.sub(lambda match: _SUPPLEMENT.get(match[0]) or unicodedata.normalize("NFKC", match[0]), text)
