"""Works the page editor as a browser does: reads its form, posts it back."""

import json
import uuid

from wagtail.test.utils.form_data import querydict_from_html


class Editor:
    """An open editor of one page.

    ``data`` is the form as it stands in the browser; autosaves change it as the
    editor's script does.
    """

    def __init__(self, client, page=None, *, url=""):
        self.client = client
        self.url = url or f"/admin/pages/{page.pk}/edit/"
        response = client.get(self.url)
        assert response.status_code == 200, response.status_code
        self.data = querydict_from_html(response.content.decode(), "page-edit-form")
        # The template of rows to come.
        for name in [n for n in self.data if "__prefix__" in n]:
            del self.data[name]

    def add_row(self, relation, **values):
        """Add a row at the end as row-key.js does it; return its number."""
        number = int(self.data[f"{relation}-TOTAL_FORMS"])
        row = {"id": "", "DELETE": "", "row_key": str(uuid.uuid4()), **values}
        row.setdefault("ORDER", str(number + 1))
        for name, value in row.items():
            self.data[f"{relation}-{number}-{name}"] = value
        self.data[f"{relation}-TOTAL_FORMS"] = str(number + 1)
        return number

    def set(self, **values):
        for name, value in values.items():
            self.data[name] = value

    def post(self, **extra):
        """Save as the button does; return the response after no redirect."""
        return self.client.post(self.url, {**self._flat(), **extra})

    def autosave(self):
        """Save in the background; apply what comes back, as the script does."""
        response = self.client.post(
            self.url, self._flat(), headers={"accept": "application/json"}
        )
        content = json.loads(response.content)
        if content.get("success"):
            for name, value in content["field_updates"].items():
                self.data[name] = value
            self.data["overwrite_revision_id"] = str(content["revision_id"])
            if content.get("url"):
                self.url = content["url"]
        return content

    def _flat(self):
        return {
            name: values if len(values) > 1 else values[0]
            for name, values in self.data.lists()
        }
