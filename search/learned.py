"""The lexicon of a reader (读者词典): the site's vocabulary, the catalogue, and what things in the
index are about.

Books that no catalogue knows are learned from the things themselves: each brings the path of its
lesson, and the engine counts these under the reader's own tokens.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings

from schools.audience import PUBLIC
from search.engines import engine
from search.engines.base import EngineUnavailable, Step
from search.lexicon import Lexicon, Meaning
from search.models import Synonym
from search.topics import Topic, all_topics, key_of, registered_topics, unpacked
from search.vocabulary import asked_forms

MOST_TOPICS = 20_000
_MOST_READERS = 200
_WHILE_INDEXING = 10.0
"""Seconds: things that have just been imported help to read one another's titles."""
_WHILE_AWAY = 10.0
"""Seconds after which an index that could not be asked is asked again."""


@dataclass(slots=True)
class _Kept:
    made: float
    engine: object
    lexicon: Lexicon
    is_whole: bool = True
    """Whether the index told what its things are about."""


_everybodys: list[_Kept] = []
_everythings: list[_Kept] = []
_readers: OrderedDict[frozenset[str], _Kept] = OrderedDict()
_lock = threading.Lock()


def lexicon_for(tokens: frozenset[str]) -> Lexicon:
    """The names that a reader with these tokens may know of; learned anew every minute."""
    common = _common()
    if tokens == {PUBLIC} or not tokens:
        return common
    with _lock:
        kept = _readers.get(tokens)
    if kept is None or _is_old(kept) or kept.lexicon.below is not common:
        learned = _learned(tokens)
        own = _own(learned or (), common)
        kept = _Kept(time.monotonic(), engine(), own, is_whole=learned is not None)
        with _lock:
            _readers[tokens] = kept
            _readers.move_to_end(tokens)
            while len(_readers) > _MOST_READERS:
                _readers.popitem(last=False)
    return kept.lexicon


def lexicon_of_everything() -> Lexicon:
    """With the names of what is private too: for reading what is indexed, never for a reader."""
    with _lock:
        kept = _everythings[0] if _everythings else None
    if kept is None or _is_old(kept, at_most=_WHILE_INDEXING):
        kept = _Kept(time.monotonic(), engine(), _filled(all_topics()))
        with _lock:
            _everythings[:] = [kept]
    return kept.lexicon


def forget() -> None:
    """Learn anew at the next query: an editor has changed a synonym."""
    with _lock:
        _everybodys.clear()
        _everythings.clear()
        _readers.clear()


def _common() -> Lexicon:
    with _lock:
        kept = _everybodys[0] if _everybodys else None
    if kept is None or _is_old(kept):
        kept = _made_common(kept)
        with _lock:
            _everybodys[:] = [kept]
    return kept.lexicon


def _made_common(before: _Kept | None) -> _Kept:
    learned = _learned(frozenset({PUBLIC}))
    if learned is None and before is not None and before.engine is engine():
        return _Kept(time.monotonic(), engine(), before.lexicon, is_whole=False)
    lexicon = _filled([*registered_topics(), *(learned or ())])
    return _Kept(time.monotonic(), engine(), lexicon, is_whole=learned is not None)


def _is_old(kept: _Kept, *, at_most: float = 3600.0) -> bool:
    every = min(settings.GONGBEI_SEARCH_LEARNS_EVERY, at_most)
    every = every if kept.is_whole else min(every, _WHILE_AWAY)
    return kept.engine is not engine() or time.monotonic() - kept.made >= every


def _own(learned: Iterable[Topic], common: Lexicon) -> Lexicon:
    own = Lexicon(below=common)
    for topic in learned:
        if topic not in common.topics_of(topic.key):
            own.add_topic(topic)
    return own


def _filled(topics: Iterable[Topic]) -> Lexicon:
    return lexicon_of(topics, Synonym.objects.values_list("written", "meant"))


def lexicon_of(topics: Iterable[Topic], synonyms: Iterable[tuple[str, str]] = ()) -> Lexicon:
    """The vocabulary with these lessons, and other words (`written`, `meant`) for what is in it."""
    lexicon = Lexicon()
    for form, term in asked_forms():
        lexicon.add(form, Meaning(term.facet, term.value, form))
    for topic in topics:
        lexicon.add_topic(topic)
    for written, meant in synonyms:
        for meaning in lexicon.of(key_of(meant)) or [Meaning("", meant, meant)]:
            lexicon.add(written, meaning)
    return lexicon


def _learned(tokens: frozenset[str]) -> list[Topic] | None:
    """What things that these tokens open are about, with their number; None: not to be asked."""
    step = Step(tokens=tokens, size=0, facets=("topic",), buckets=MOST_TOPICS)
    try:
        counts = engine().search(step).facets["topic"]
    except EngineUnavailable:
        return None
    found = (unpacked(code, things) for code, things in counts.items())
    return [topic for topic in found if topic is not None]
