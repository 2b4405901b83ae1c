"""
How gunicorn serves the application: `gunicorn -c python:heatmaps_project.web`.

What gunicorn refuses before a request reaches the application it tells as a page of HTML, and has
no setting for that; whoever calls the API reads problem details, of this error as of any other.
"""

import json
import socket
from typing import Any, Final

from gunicorn import util

wsgi_app: Final = "heatmaps_project.wsgi"
worker_class: Final = "gthread"
workers: Final = 4
threads: Final = 4
control_socket_disable: Final = True
limit_request_line: Final = 8190  # bytes, the most that gunicorn knows a limit for

_PROBLEM: Final = (
    "HTTP/1.1 {status} {title}\r\n"
    "Connection: close\r\n"
    "Content-Type: application/problem+json\r\n"
    "Cache-Control: no-store\r\n"
    "Content-Length: {length}\r\n\r\n"
)


def write_problem(sock: socket.socket, status: int, title: str, detail: str) -> None:
    """Refuse what is no request. What was sent is not repeated: it may be personal."""
    told = {"type": "about:blank", "title": title, "status": status, "detail": f"{title}."}
    body = json.dumps(told)
    head = _PROBLEM.format(status=status, title=title, length=len(body))
    util.write_nonblock(sock, (head + body).encode("latin1"))


def post_fork(_server: Any, _worker: Any) -> None:
    util.write_error = write_problem
