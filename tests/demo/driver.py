"""The example site as a process: reads requests from stdin, writes answers to stdout.

The suite has settings of its own, and Django one configuration a process. Each line
is a JSON object, {"user", "method", "path", "data", "headers"} or {"command"}; each
answer one too.
"""

import base64
import contextlib
import io
import json
import logging
import sys
from typing import Any


def main() -> None:
    import django

    django.setup()
    # Refused requests are part of the game.
    logging.disable(logging.CRITICAL)
    # A view or a command that prints must not disturb the answers.
    answers, sys.stdout = sys.stdout, sys.stderr
    clients: dict[str, Any] = {}
    for line in sys.stdin:
        order = json.loads(line)
        answer = run(order["command"]) if "command" in order else ask(order, clients)
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


def run(command: list[str]) -> dict[str, Any]:
    from django.core.management import CommandError, call_command

    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        try:
            call_command(*command, stdout=output)
        except CommandError as error:
            return {"output": output.getvalue(), "error": str(error)}
        except SystemExit as error:
            return {"output": output.getvalue(), "error": f"exit {error.code}"}
    return {"output": output.getvalue(), "error": ""}


def ask(order: dict[str, Any], clients: dict[str, Any]) -> dict[str, Any]:
    from django.contrib.auth import get_user_model
    from django.test import Client

    name = order["user"]
    if name not in clients:
        clients[name] = Client(raise_request_exception=False, HTTP_HOST="127.0.0.1")
        # A name with a colon is a fresh browser, not an account.
        if name and ":" not in name:
            clients[name].force_login(get_user_model().objects.get(username=name))
    send = getattr(clients[name], order["method"].lower())
    kwargs = {"content_type": order["type"]} if order.get("type") else {}
    response = send(
        order["path"], order.get("data") or {}, headers=order.get("headers"), **kwargs
    )
    return {
        "status": response.status_code,
        "headers": dict(response.headers),
        "body": base64.b64encode(response.getvalue()).decode(),
    }


if __name__ == "__main__":
    main()
