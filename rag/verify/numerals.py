"""What numbers, fractions, units and currencies are called, in English, German and Chinese: tables only."""

from __future__ import annotations

ONES = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
ORDINALS = "second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split()
GERMAN = "eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf".split()
SPELLED: dict[str, int] = {word: n for n, word in enumerate(ONES, 1)} | {w: 10 * n for n, w in enumerate(TENS, 2)}
SPELLED |= {word: n for n, word in enumerate(GERMAN, 1)} | {"zero": 0, "dozen": 12, "dutzend": 12}
MAGNITUDES = {
    "hundred": 1e2, "thousand": 1e3, "k": 1e3, "million": 1e6, "mn": 1e6, "m": 1e6, "billion": 1e9, "bn": 1e9,
    "b": 1e9, "trillion": 1e12, "tn": 1e12, "hundert": 1e2, "tausend": 1e3, "millionen": 1e6, "mio": 1e6,
    "mio.": 1e6, "milliarde": 1e9, "milliarden": 1e9, "mrd": 1e9, "mrd.": 1e9, "billionen": 1e12,
}  # fmt: skip
MAGNITUDE_DE = {"billion": 1e12}  # the same word means another number in German
FRACTIONS = {
    "half": 2, "halves": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8,
    "tenth": 10, "drittel": 3, "viertel": 4, "fünftel": 5, "zehntel": 10,
}  # fmt: skip
FOLDS = {
    r"doubl(?:e|es|ed|ing)": 2, r"twice(?= (?:as|the|its|their|that|this|what|over|more|of)\b)": 2,
    r"trebl(?:e|es|ed|ing)|tripl(?:e|es|ed|ing)|thrice": 3,
    r"quadrupl(?:e|es|ed|ing)": 4, r"quintupl(?:e|es|ed|ing)": 5, r"verdoppel\w*|doppelt\w*|zweimal": 2,
    r"verdreifach\w*|dreifach\w*": 3, r"vervierfach\w*": 4, r"verfünffach\w*|fünffach\w*": 5, r"翻(?:一)?番": 2,
}  # fmt: skip
# Unit as compared, how many of it, how it is written. Shares and folds are one scale: "200 percent" is "twice".
UNITS: tuple[tuple[str, float, str], ...] = (
    ("points", 1, r"percentage[- ]points?|prozentpunkte?n?|个?百分点"),
    ("share", 0.01, r"%|per ?cent|prozent|pct\b"),
    ("share", 1, r"-?fold|times(?! as long)|-?fach\w*|倍"),
    ("USD", 1, r"US[- ]?dollars?|dollars?|USD|US-Dollar|美元|bucks"),
    ("EUR", 1, r"euros?|EUR|€|欧元"),
    ("HKD", 1, r"Hong Kong dollars?|HKD|港元"),
    ("GBP", 1, r"pounds sterling|pounds?|GBP|英镑"),
    ("JPY", 1, r"yen|JPY|日元"),
    ("CNY", 1, r"yuan|CNY|RMB|renminbi|元人民币|人民币|元"),
    ("second", 1, r"seconds|sekunden?"),
    ("minute", 1, r"minutes?|minuten?|分钟"),
    ("minute", 60, r"hours?|stunden?|小时"),
    ("day", 1, r"days?|tage?n?\b|天"),
    ("day", 7, r"weeks?|wochen?|周"),
    ("month", 1, r"months?|monate?n?|个月"),
    ("month", 12, r"years?|jahre?n?\b|年"),
    ("month", 120, r"decades?|jahrzehnte?n?"),
    ("ton", 1, r"(?:metric )?tons?\b|tonnes?|tonnen?|吨"),
    ("teu", 1, r"teu\b|标准?箱"),
    ("bit", 1e12, r"[- ]?terabits?|tbps"),
    ("bit", 1e9, r"[- ]?gigabits?|gbps"),
    ("watt", 1e9, r"gigawatts?|GW\b"),
    ("watt", 1e6, r"megawatts?|MW\b"),
    ("metre", 0.0254, r"inch(?:es)?|zoll|英寸"),
    ("metre", 0.01, r"centimet(?:er|re)s?|cm\b|zentimetern?|厘米"),
    ("metre", 0.001, r"millimet(?:er|re)s?|mm\b|毫米"),
    ("watt hour", 1e9, r"gigawatt[- ]hours?|GWh\b"),
    ("watt hour", 1e6, r"megawatt[- ]hours?|MWh\b"),
    ("watt hour", 1e3, r"kilowatt[- ]hours?|kWh\b"),
    ("gram", 1e3, r"kilogram(?:me)?s?|kg\b|公斤"),
    ("hectare", 1, r"hectares?|公顷"),
    ("metre", 1e3, r"kilomet(?:er|re)s?|km\b|公里"),
    ("metre", 1e-9, r"nanomet(?:er|re)s?|nm\b|纳米"),
    ("metre", 1, r"met(?:er|re)s?\b"),
)
CURRENCIES = r"(?P<currency>CNY|RMB|USD|EUR|HKD|GBP|JPY|US\$|HK\$|[¥$€£])"
CURRENCY_OF = {"RMB": "CNY", "US$": "USD", "HK$": "HKD", "¥": "CNY", "$": "USD", "€": "EUR", "£": "GBP"}
NUMBERED = {"article": "article", "level": "level", "version": "version", "no": "number", "phase": "phase",
             "stage": "stage", "tier": "tier", "chapter": "chapter", "page": "page", "artikel": "article"}  # fmt: skip
