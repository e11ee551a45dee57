"""Files: pictures, documents and videos, their storage, and who may open them."""
