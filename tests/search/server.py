"""A search server in memory, for Wagtail's Elasticsearch backend.

It knows the requests that the backend makes and takes a document only if the
mapping that was put before says how to read each of its fields.
"""

import re
import sys
from contextlib import contextmanager
from datetime import date
from types import ModuleType
from uuid import UUID

import pytest
from django.test import override_settings


INTEGERS = {"integer": 31, "long": 63}


class NotFoundError(Exception):
    pass


class Elasticsearch:
    """The client: what the backend calls of it. All of them share one server."""

    mappings: dict = {}
    documents: dict = {}

    def __init__(self, **options):
        self.indices = self

    # Indices.

    def create(self, *, index, settings):
        assert "analysis" in settings
        self.mappings[index], self.documents[index] = {}, {}

    def put_mapping(self, *, index, properties):
        known = self.mappings.setdefault(index, {})
        for name, mapping in properties.items():
            check_mapping(mapping)
            # A server refuses to read a field of all types in two ways.
            assert known.setdefault(name, mapping) == mapping, name

    def exists(self, index):
        return index in self.mappings

    def exists_alias(self, *, name):
        return False

    def refresh(self, *, index):
        pass

    # Documents.

    def index(self, *, index, document, id):
        check_document(document, self.mappings[index])
        self.documents[index][id] = document

    def delete(self, *, index, id=None):
        if id is None:
            self.mappings.pop(index, None)
        elif self.documents[index].pop(id, None) is None:
            raise NotFoundError

    # Searches.

    def search(self, *, index, query, **options):
        assert options["_source"] is False
        assert options["stored_fields"] == "pk"
        for column in options.get("sort", ()):
            [name] = column
            assert self.mappings[index][name]["type"] not in ("text", "nested"), name
        found = [
            {"_score": 1.0, "fields": {"pk": [pk]}}
            for pk, document in sorted(self.documents[index].items())
            if answers(query, document, self.mappings[index])
        ]
        return {"hits": {"hits": found}}


def check_mapping(mapping):
    kinds = {"text", "keyword", "date", "boolean", "double", "nested", *INTEGERS}
    assert mapping["type"] in kinds, mapping
    for below in mapping.get("properties", {}).values():
        check_mapping(below)


def check_document(document, properties):
    for name, value in document.items():
        if name == "_id":
            continue
        assert name in properties, f"{name} is in no mapping."
        for part in value if isinstance(value, (list, tuple)) else [value]:
            if part is not None:
                check_value(name, part, properties[name])


def check_value(name, value, mapping):
    kind = mapping["type"]
    if kind == "nested":
        check_document(value, mapping["properties"])
    elif kind in INTEGERS:
        assert isinstance(value, int), (name, value)
        assert abs(value) < 2 ** INTEGERS[kind], (name, value)
    else:
        types = {"boolean": bool, "date": date, "double": float}
        assert isinstance(value, types.get(kind, (str, int, UUID))), (name, value)


def answers(query, document, properties):
    """Return whether a document answers a query of the server's language."""
    [(kind, what)] = query.items()
    if kind == "bool":
        parts = [*as_list(what.get("must", [])), *as_list(what.get("filter", []))]
        assert set(what) <= {"must", "filter"}, what
        return all(answers(part, document, properties) for part in parts)
    if kind == "multi_match":
        assert what["operator"] == "and", what
        wanted = get_words(what["query"])
        return any(
            wanted <= get_field_words(field.split("^")[0], document, properties)
            for field in what["fields"]
        )
    [(name, value)] = what.items()
    assert name in properties, f"{name} is in no mapping."
    if kind == "match" and isinstance(value, dict):
        words = get_field_words(name, document, properties)
        return get_words(value["query"]) <= words
    values = as_list(document[name])
    if kind == "match":
        return value in values
    if kind == "term":
        return value in values
    if kind == "terms":
        return not {*value}.isdisjoint(values)
    if kind == "prefix":
        return any(str(one).startswith(value) for one in values)
    assert kind == "range", query
    compare = {"gte": lambda a, b: a >= b, "lte": lambda a, b: a <= b}
    return all(compare[how](values[0], limit) for how, limit in value.items())


def as_list(value):
    return value if isinstance(value, list) else [value]


def get_words(text):
    return {*re.findall(r"\w+", str(text).lower())}


def get_field_words(target, document, properties):
    """Return the words of a field, with those that the mapping copies into it."""
    words = set()
    if target in document:
        for value in as_list(document[target]):
            words |= get_words(value)
    for name, mapping in properties.items():
        for part in as_list(document.get(name, [])):
            if mapping["type"] == "nested":
                words |= get_field_words(target, part, mapping["properties"])
            elif target in mapping.get("copy_to", ()):
                words |= get_words(part)
    return words


def bulk(client, actions, *, index):
    for action in actions:
        document = {k: v for k, v in action.items() if k != "_id"}
        client.index(index=index, document=document, id=action["_id"])


@contextmanager
def serve_search():
    """Make the server the site's search backend; start with an empty one."""
    client, helpers = ModuleType("elasticsearch"), ModuleType("elasticsearch.helpers")
    client.VERSION, client.Elasticsearch = (8, 0, 0), Elasticsearch
    client.NotFoundError, helpers.bulk = NotFoundError, bulk
    Elasticsearch.mappings, Elasticsearch.documents = {}, {}
    backend = {
        "BACKEND": "wagtail.search.backends.elasticsearch8",
        "ATOMIC_REBUILD": False,
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "elasticsearch", client)
        patch.setitem(sys.modules, "elasticsearch.helpers", helpers)
        with override_settings(WAGTAILSEARCH_BACKENDS={"default": backend}):
            yield Elasticsearch
