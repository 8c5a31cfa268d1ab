"""The patterns that AWS's messages about dashboards' bodies show; what they are held against is searched, not matched.

Source: captures of AWS of 2026-09 (radkawar/stackd, dashboards.json and dashboard_widgets.json).
"""

from typing import Final

_SHARE: Final = r"((100(.0{0,10})?|\d{1,2})(\.\d{0,10})?%)"
_NUMBER: Final = r"((\d+(\.\d{0,10})?)|(\d+(\.\d{0,10})?[Ee][+-]?\d+))"
_CUT: Final = r"(TM|TC|TS|WM)"
_SHARES: Final = rf"({_CUT}\({_SHARE}:{_SHARE}?\)|{_CUT}\({_SHARE}?:{_SHARE}\))"
_FROM: Final = rf"(({_CUT}|(PR))\({_NUMBER}:{_NUMBER}?\))"
_TO: Final = rf"(({_CUT}|(PR))\({_NUMBER}?:{_NUMBER}\))"
STAT: Final = (
    r"^((SampleCount|Average|Sum|Minimum|Maximum|IQM)|(p|tc|tm|ts|wm)(100(.0{0,10})?|\d{1,2})(\.\d{0,10})?"
    rf"|[ou](\d+(\.\d{{0,10}})?)(_E|_L|_H)?|{_SHARES}|{_FROM}|{_TO})$"
)
_DAY: Final = (
    r"(?:[1-9]\d{3}-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)"
    r"|(?:[1-9]\d(?:0[48]|[2468][048]|[13579][26])|(?:[2468][048]|[13579][26])00)-02-29)"
)
_TIME: Final = r"(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-][01]\d:[0-5]\d)"
MOMENT: Final = rf"(^{_DAY}T{_TIME}$)|(^\-?P(T|\d))"
OVERRIDE: Final = "^(inherit|auto)$"
STATE: Final = "OK|ALARM|INSUFFICIENT_DATA"
_PARTITION: Final = "^arn:aws(-cn|-us-gov|-iso(-[bef])?|-eusc)?"
ENDPOINT: Final = (
    _PARTITION
    + r":lambda:[a-z]{2,}(-[a-z]+)*-[0-9]{1,2}:[0-9]{12}:function:[a-zA-Z0-9-_]+(:(\$LATEST|[a-zA-Z0-9-_]+))?$"
)
TIMELINE: Final = _PARTITION + r":cloudwatch:([a-z]{2}|[a-z]{4})(-[a-z]+)*-[0-9]{1,2}:[0-9]{12}:alarm:.{1,255}$"
