"""A Word document as an answer."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.http import content_disposition_header

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def docx_response(content: bytes, name: str) -> HttpResponse:
    """The document as a download named `name`, without its extension."""
    answer = HttpResponse(content, content_type=DOCX)
    answer["Content-Disposition"] = content_disposition_header(True, f"{name}.docx") or ""
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
