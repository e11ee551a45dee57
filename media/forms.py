"""The form field of pictures in the Wagtail admin: inspected before anything decodes it."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.forms import FileField
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm

from media.inspection import FileRefused, inspect
from media.pictures import Rewritten, reencoded


class PictureField(WagtailImageField):
    """Gives the picture written anew; Wagtail's own field would decode what was sent first."""

    def to_python(self, data: Any) -> Rewritten | None:
        sent = FileField.to_python(self, data)
        if sent is None:
            return None
        try:
            kind = inspect(sent, model="picture")
            return reencoded(sent, kind.content_type)
        except FileRefused as refused:
            raise ValidationError(str(refused), code="refused") from refused


class PictureForm(BaseImageForm):
    """Base of the admin's forms of pictures (`WAGTAILIMAGES_IMAGE_FORM_BASE`)."""

    file = PictureField(label=capfirst(_("file")), widget=BaseImageForm.Meta.widgets["file"])
