"""What people say around what they look for (口头语): nothing that a resource has to hold."""

from __future__ import annotations

_SAID = (
    "我想找一份", "我想找", "我要找", "想找一份", "想找", "找一份", "找一下", "找一些",
    "帮我找", "我想要", "我要", "想要", "需要", "求一份", "求", "请问", "有没有", "哪里有",
    "谁有", "给我", "帮我", "一份", "一个", "一些", "一套", "关于", "有关", "适合", "怎么教",
    "怎么上", "怎样教", "如何教", "怎么讲", "如何上", "这一课", "这篇课文", "课文", "一课",
    "这课", "资料", "资源", "下载", "免费", "大全", "全套", "合集", "推荐", "完整版", "最新",
    "优质", "优秀", "谢谢", "吗", "呢",
)  # fmt: skip
_ASKED = (
    "怎样", "如何", "怎么", "什么", "为什么", "哪些", "哪个", "引导", "学生", "老师", "孩子",
    "小朋友", "让", "使", "进行", "适合", "我", "你", "想", "要", "找", "给", "请", "能",
    "可以", "有", "没有", "吗", "呢", "一", "个", "份", "些", "这", "那", "里", "对", "把",
    "会",
)  # fmt: skip

SAYINGS = tuple(sorted(_SAID, key=len, reverse=True))
"""Left out where they stand at an end of a run, the longest first."""
ASKING = frozenset(_ASKED)
"""Words of a sentence that may be missing in what is found."""
