"""Where files lie (文件存储): each content once, under its hash.

On this machine, or in a private bucket of an S3 server where the environment names one: two
storages with one interface (`media.places.Blobs`). Uploads arrive in parts below ``quarantine/``;
what was checked lies in ``blobs/``.
"""

from __future__ import annotations

import io
import logging
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import IO, Any, NoReturn

import boto3
from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import FileSystemStorage
from django.utils.functional import LazyObject
from storages.backends.s3 import S3Storage
from storages.utils import ReadBytesWrapper
from urllib3.exceptions import HTTPError

from media.disk import BlobStorage
from media.places import (
    PIECE,
    UNFINISHED,
    Begun,
    PartsMissing,
    StorageDown,
    Stray,
    blob_path,
    quarantine_path,
)

__all__ = [
    "BLOBS",
    "UNFINISHED",
    "BlobStorage",
    "BucketStorage",
    "StorageDown",
    "blob_path",
    "blob_storage",
    "local_copy",
    "quarantine_path",
]

logger = logging.getLogger(__name__)

LINK_SECONDS = 5 * 60
"""How long a signed link to a file works."""
PART_SECONDS = 15 * 60
"""How long a signed link for one part of an upload works."""
_MISSING = {"404", "NoSuchKey", "NotFound", "NoSuchUpload"}


def _named_place() -> dict[str, str]:
    place = settings.GONGBEI_S3
    assert place is not None  # noqa: S101 - this storage is chosen where a bucket is named
    return place


class BucketStorage(S3Storage):
    """A private bucket of an S3 server; the environment names it (`settings.GONGBEI_S3`)."""

    def __init__(self, **given: Any) -> None:
        self.place = place = _named_place()
        super().__init__(
            bucket_name=place["bucket"],
            endpoint_url=place["endpoint"] or None,
            region_name=place["region"],
            access_key=place["access_key"],
            secret_key=place["secret_key"],
            location=place["prefix"],
            client_config=_client_config(place["style"]),
            default_acl=None,
            querystring_auth=True,
            file_overwrite=True,
            object_parameters={"ContentType": "application/octet-stream"},
            **given,
        )

    @property
    def client(self) -> Any:
        return self._client_at(self.place["endpoint"])

    def _client_at(self, endpoint: str) -> Any:
        wanted = ("region", "access_key", "secret_key", "style")
        return _client(endpoint, *(self.place[name] for name in wanted))

    def _open(self, name: str, mode: str = "rb") -> File[bytes]:
        """Read by ranges: S3Storage's own file would first be downloaded whole, into memory."""
        return File(self.seekable(name), name=name)

    def _save(self, name: str, content: File[bytes]) -> str:
        content.seek(0)
        whole = ReadBytesWrapper(content)
        whole.close = lambda: None  # which is called at the end, and the caller reads on
        kind = {"ContentType": "application/octet-stream"}
        with _answers():
            self.client.upload_fileobj(whole, *self._at(name).values(), ExtraArgs=kind)
        return name

    def exists(self, name: str) -> bool:
        return self.size_of(name) is not None

    def size(self, name: str) -> int:
        found = self.size_of(name)
        if found is None:
            raise FileNotFoundError(name)
        return found

    def url(self, name: str, *_: Any, **__: Any) -> NoReturn:
        raise ValueError("A stored file has no address: its record's passes the checked view")

    # Uploads in parts: the browser sends them to the bucket itself.

    def begin(self, name: str) -> str:
        with _answers():
            made = self.client.create_multipart_upload(
                **self._at(name), ContentType="application/octet-stream"
            )
        return str(made["UploadId"])

    def parts(self, name: str, handle: str) -> dict[int, int]:
        try:
            return {number: part["Size"] for number, part in self._parts(name, handle).items()}
        except FileNotFoundError:
            return {}

    def _parts(self, name: str, handle: str) -> dict[int, Any]:
        # A part sent twice may be listed twice: the later one counts.
        found: dict[int, Any] = {}
        with _answers():
            pages = self.client.get_paginator("list_parts").paginate(
                **self._at(name), UploadId=handle
            )
            for part in (part for page in pages for part in page.get("Parts", [])):
                before = found.get(part["PartNumber"])
                if before is None or before["LastModified"] <= part["LastModified"]:
                    found[part["PartNumber"]] = part
        return found

    def part_link(self, name: str, handle: str, number: int, size: int) -> str:
        what = {"UploadId": handle, "PartNumber": number, "ContentLength": size}
        return str(
            self._signer.generate_presigned_url(
                "upload_part", Params={**self._at(name), **what}, ExpiresIn=PART_SECONDS
            )
        )

    def put_part(self, name: str, number: int, start: int, size: int, content: IO[bytes]) -> None:
        raise PartsMissing([number])  # they go to the bucket

    def join(self, name: str, handle: str, sizes: list[int]) -> None:
        whole = sum(sizes)
        if self.is_joined(name, whole):
            return
        try:
            there = self._parts(name, handle)
        except FileNotFoundError:
            there = {}
        missing = [
            number
            for number, size in enumerate(sizes, 1)
            if number not in there or there[number]["Size"] != size
        ]
        if missing:
            if self.is_joined(name, whole):  # by another at the same moment
                return
            raise PartsMissing(missing)
        numbers = range(1, len(sizes) + 1)
        parts = [{"PartNumber": number, "ETag": there[number]["ETag"]} for number in numbers]
        with _answers():
            self.client.complete_multipart_upload(
                **self._at(name), UploadId=handle, MultipartUpload={"Parts": parts}
            )
        # A server may say that it joined them and hold less.
        if not self.is_joined(name, whole):
            raise StorageDown

    def is_joined(self, name: str, size: int) -> bool:
        return self.size_of(name) == size

    def abandon(self, name: str, handle: str) -> None:
        # Some servers, told to abort what has been joined, remove the joined object.
        if self.size_of(name) is not None:
            self.discard(name)
            return
        with suppress(FileNotFoundError), _answers():
            self.client.abort_multipart_upload(**self._at(name), UploadId=handle)

    def begun(self, folder: str) -> Iterator[Begun]:
        for name, found in self._listed("list_multipart_uploads", "Uploads", folder):
            yield Begun(name, found["UploadId"], found["Initiated"])

    def _listed(self, asked: str, part: str, folder: str) -> Iterator[tuple[str, Any]]:
        """What lies below a folder, under our names, page by page."""
        stem = self._at(f"{folder}/")["Key"]
        cut = len(stem) - len(f"{folder}/")
        with _answers():
            pages = self.client.get_paginator(asked).paginate(Bucket=self.bucket_name, Prefix=stem)
            for found in (found for page in pages for found in page.get(part, [])):
                yield found["Key"][cut:], found

    # Objects

    def size_of(self, name: str) -> int | None:
        with suppress(FileNotFoundError), _answers():
            return int(self.client.head_object(**self._at(name))["ContentLength"])
        return None

    def pieces(self, name: str) -> Iterator[bytes]:
        given = 0
        with _answers():
            body = self.client.get_object(**self._at(name))["Body"]
            with body:
                while piece := body.read(PIECE):
                    given += len(piece)
                    yield piece
        # A server may say that half of it is all of it.
        if given != self.size_of(name):
            raise StorageDown

    def seekable(self, name: str) -> IO[bytes]:
        size = self.size_of(name)
        if size is None:
            raise FileNotFoundError(name)
        raw = _Ranges(self, name, size)
        return io.BufferedReader(raw, buffer_size=256 * 1024)

    def piece(self, name: str, start: int, length: int) -> bytes:
        """A range that lies within an object."""
        asked = f"bytes={start}-{start + length - 1}"
        with _answers():
            body = self.client.get_object(**self._at(name), Range=asked)["Body"]
            with body:
                given = bytes(body.read())
        if len(given) != length:
            raise StorageDown
        return given

    def adopt(self, source: str, name: str, sha256: str) -> None:
        size = self.size_of(source)
        if size is None:
            raise FileNotFoundError(source)
        at = self._at(name)  # also where it is there: copied anew it is young, and not swept
        with _answers():
            self.client.copy(self._at(source), at["Bucket"], at["Key"], Config=_COPYING)
        if self.size_of(name) != size:
            raise StorageDown

    def discard(self, name: str) -> None:
        with _answers():
            self.client.delete_object(**self._at(name))

    def everything(self, folder: str) -> Iterator[Stray]:
        for name, found in self._listed("list_objects_v2", "Contents", folder):
            yield Stray(name, int(found["Size"]), found["LastModified"])

    @property
    def lasts(self) -> int:
        return LINK_SECONDS

    def link(self, name: str, *, content_type: str, disposition: str) -> str:
        answer = {
            "ResponseContentType": content_type,
            "ResponseContentDisposition": disposition,
            "ResponseCacheControl": f"private, max-age={LINK_SECONDS}",
        }
        return str(
            self._signer.generate_presigned_url(
                "get_object", Params={**self._at(name), **answer}, ExpiresIn=LINK_SECONDS
            )
        )

    def allow(self, origins: list[str]) -> None:
        """Let pages of these origins send parts and read files, and no others."""
        rule = {
            "AllowedOrigins": origins,
            "AllowedMethods": ["GET", "HEAD", "PUT"],
            "AllowedHeaders": ["*"],
            "MaxAgeSeconds": 600,
        }
        with _answers():
            self.client.put_bucket_cors(
                Bucket=self.bucket_name, CORSConfiguration={"CORSRules": [rule]}
            )

    @property
    def _signer(self) -> Any:
        """A client that knows the server by the name under which browsers reach it."""
        return self._client_at(self.place["public_endpoint"] or self.place["endpoint"])

    def _at(self, name: str) -> dict[str, str]:
        prefix = self.location.strip("/")
        return {"Bucket": self.bucket_name, "Key": f"{prefix}/{name}" if prefix else name}


class BlobBucket(BucketStorage):
    """The bucket of the records' files.

    Records share a blob, so none deletes it.
    """

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        return name

    def delete(self, name: str) -> None:
        """Nothing here: another record may hold the same content."""


_COPYING = TransferConfig(multipart_threshold=1024**3, multipart_chunksize=256 * 1024**2)


class _Ranges(io.RawIOBase):
    """An object of a bucket as a file that is read by ranges."""

    def __init__(self, storage: BucketStorage, name: str, size: int) -> None:
        self._storage, self._name, self._size, self._place = storage, name, size, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._place, os.SEEK_END: self._size}[whence]
        self._place = max(0, start + offset)
        return self._place

    def readinto(self, buffer: Any) -> int:
        length = min(len(buffer), self._size - self._place)
        if length <= 0:
            return 0
        piece = self._storage.piece(self._name, self._place, length)
        buffer[: len(piece)] = piece
        self._place += len(piece)
        return len(piece)


@cache
def _client(endpoint: str, region: str, access_key: str, secret_key: str, style: str) -> Any:
    """One for all threads: to make one takes half a second of reading what boto3 knows of S3, and
    under ASGI each request has a thread of its own.
    """
    return boto3.session.Session().client(
        "s3",
        endpoint_url=endpoint or None,
        region_name=region,
        aws_access_key_id=access_key,
        aws_secret_access_key=secret_key,
        config=_client_config(style),
    )


def _client_config(style: str) -> Config:
    return Config(
        signature_version="s3v4",
        s3={"addressing_style": style},
        connect_timeout=5,
        read_timeout=30,
        retries={"total_max_attempts": 3, "mode": "standard"},
        # As many as uvicorn lets requests work at once.
        max_pool_connections=40,
        # Servers other than Amazon's do not all know the newer checksums.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )


@contextmanager
def _answers() -> Iterator[None]:
    """Turn what goes wrong at the server into `StorageDown`, what is not there into its error."""
    try:
        yield
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") in _MISSING:
            raise FileNotFoundError(str(error)) from error
        logger.warning("The bucket refused: %s", error)
        raise StorageDown from error
    except (BotoCoreError, Boto3Error, HTTPError) as error:
        logger.warning("The bucket does not answer: %s", error)
        raise StorageDown from error


class _Blobs(LazyObject):  # type: ignore[type-arg] # it is generic for the checker alone
    """The storage that the settings name, known when it is first used."""

    def _setup(self) -> None:
        self._wrapped = BlobBucket() if settings.GONGBEI_S3 else BlobStorage()


BLOBS: Any = _Blobs()
"""Where the records' files lie; does what `Blobs` says."""


def blob_storage(**_: Any) -> Any:
    """The storage of all records' files; a callable, so that migrations name no place."""
    return BLOBS


@contextmanager
def local_copy(file: Any) -> Iterator[Path]:
    """The content of a record as a file of this machine, to read: for programs that want a path.

    It is the stored file itself where that lies here, else a download that is removed afterwards.
    Raises `FileNotFoundError`.
    """
    storage: Any = file.file.storage
    name: str = file.file.name
    if isinstance(storage, FileSystemStorage):
        path = Path(storage.path(name))
        path.stat()
        yield path
        return
    with tempfile.NamedTemporaryFile(prefix="gongbei-", suffix=Path(name).suffix) as copy:
        for piece in storage.pieces(name):
            copy.write(piece)
        copy.flush()
        yield Path(copy.name)
