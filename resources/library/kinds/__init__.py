"""The kinds of resources (资源类型): one small module each, and nothing else knows them by name.

A kind is a module with a form and a model, and a template:

- the **model** is a `Resource` (or a `Told`, `Filmed`, `Recording` of `kinds.texts`) with the
  decorator `register_kind`. Its class attributes: `KIND` (code, label, mark, synonyms) and
  `form_class`. Its methods, each with a default that suits a kind without own fields:
  `search_text()` words for the index, never those of answers and notes;
  `tier_values()` codes and names of its tiers, for the search;
  `missing()` what it lacks to be shown to others (most override only `is_filled`);
  `rich_texts()` all HTML whose pictures it uses, `files()` the files in its own fields;
  `parts()` answers and notes, held back from the public until the maker lets them out;
  `settle()` cleans markup before it is stored; `attach(file)` puts a file where it belongs;
  `read(fields)` takes the fields of an import (called through `fill(mapping)`, which raises
  `FieldRefused(field, reason)` and returns what it did not understand), and
  `fields(with_parts=False)` gives them out again, such that `fill(fields())` is a round trip.
- the **form** is a `KindForm` (`kinds.forms`): its own fields beside the common ones, `KEEPS` maps
  form fields onto model fields, `ROWS` names repeatable rows.
- the **template** `library/kinds/<code>.html` shows the content; `parts_shown` says whether the
  reader may see the parts.

Tables need a migration of the app that holds the model; the library's own kinds are imported in
`resources.library.models`.
"""
