"""Lesson texts of every shape that the editor can make, for property tests."""

from __future__ import annotations

from hypothesis import strategies as st

from lessonprep.coediting.nodes import Child, Mark, Node, Text, joined, mark, node, ranked

_LETTERS = st.sampled_from("春天来了山，。“”一二abc𠮷😀é&<>'\"\u3000\xa0")
WORDS = st.text(_LETTERS, min_size=1, max_size=8)
_PLAIN_MARKS = [mark(name) for name in ("bold", "italic", "underline", "strike")]
_MARK = st.one_of(
    st.sampled_from(_PLAIN_MARKS),
    st.sampled_from(["https://example.org/?a=1&b=2", "/files/1/"]).map(
        lambda href: mark("link", {"href": href})
    ),
)
_SCRIPT = st.sampled_from([(), (mark("subscript"),), (mark("superscript"),)])
_PROPOSED = st.sampled_from(
    [
        (),
        (mark("insertion", {"id": "s1", "author": "u1"}),),
        (mark("deletion", {"id": "s2", "author": "u2"}),),
        (mark("comment", {"id": "c1"}),),
    ]
)


def _one_link(marks: list[Mark]) -> list[Mark]:
    links = [one for one in marks if one.name == "link"]
    return [one for one in marks if one.name != "link"] + links[:1]


def texts(*, proposed: bool) -> st.SearchStrategy[Text]:
    extra = _PROPOSED if proposed else st.just(())
    return st.builds(
        lambda words, marks, script, more: Text(words, ranked([*_one_link(marks), *script, *more])),
        WORDS,
        st.lists(_MARK, max_size=3),
        _SCRIPT,
        extra,
    )


_ATOMS = st.one_of(
    st.just(node("hardBreak")),
    st.builds(lambda alt: node("picture", {"media": "8c1f", "alt": alt}), WORDS),
    st.builds(lambda latex: node("formula", {"latex": latex}), WORDS),
)


def _block(name: str, attrs: dict[str, object], children: list[Child]) -> Node:
    return node(name, attrs, joined(children))


def textblocks(*, proposed: bool = False) -> st.SearchStrategy[Node]:
    inline = st.lists(
        st.one_of(texts(proposed=proposed), texts(proposed=proposed), _ATOMS), max_size=5
    )
    return st.one_of(
        st.builds(lambda children: _block("paragraph", {}, children), inline),
        st.builds(
            lambda level, children: _block("heading", {"level": level}, children),
            st.sampled_from([3, 4]),
            inline,
        ),
    )


def blocks(*, proposed: bool = False) -> st.SearchStrategy[Node]:
    leaf = st.one_of(textblocks(proposed=proposed), st.just(node("horizontalRule")))

    def around(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
        some = st.lists(inner, min_size=1, max_size=3)
        paragraph = textblocks(proposed=proposed).map(
            lambda one: node("paragraph", {}, one.children)
        )
        item = st.builds(
            lambda first, rest: node("listItem", {}, [first, *rest]),
            paragraph,
            st.lists(inner, max_size=1),
        )
        items = st.lists(item, min_size=1, max_size=3)
        cell = st.builds(
            lambda name, span, content: node(name, {"colspan": span}, content),
            st.sampled_from(["tableCell", "tableHeader"]),
            st.sampled_from([1, 2]),
            some,
        )
        row = st.lists(cell, min_size=1, max_size=3).map(lambda cells: node("tableRow", {}, cells))
        return st.one_of(
            items.map(lambda found: node("bulletList", {}, found)),
            st.builds(
                lambda start, found: node("orderedList", {"start": start}, found),
                st.sampled_from([1, 3]),
                items,
            ),
            some.map(lambda found: node("blockquote", {}, found)),
            st.lists(row, min_size=1, max_size=2).map(lambda rows: node("table", {}, rows)),
        )

    return st.recursive(leaf, around, max_leaves=6)


def trees(*, proposed: bool = False) -> st.SearchStrategy[tuple[Child, ...]]:
    return st.lists(blocks(proposed=proposed), min_size=1, max_size=5).map(tuple)
