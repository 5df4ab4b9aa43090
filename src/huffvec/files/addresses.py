"""Files by their address: ``s3://bucket/name``, ``gs://…`` and others of pyarrow's filesystems.

An `Address` is a path that asks such a filesystem. Credentials, regions and endpoints are those
that its libraries find, by environment variables such as ``AWS_ENDPOINT_URL``. See
https://arrow.apache.org/docs/python/filesystems.html.
"""

from __future__ import annotations

import errno
import io
import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from huffvec.extras import require
from huffvec.files.paths import PathLike

_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")  # a single letter is a drive of Windows
_COLLAPSED = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+:)/*")
_DENIED = re.compile(r"access.?denied|forbidden|permission|unauthorized|\b40[13]\b", re.IGNORECASE)
_MISSING = re.compile(r"not found|no such|no_such|\b404\b", re.IGNORECASE)
_BUFFER_BYTES = 1 << 22  # of each request: a service answers few at a time

if TYPE_CHECKING:
    _Path = Path
else:
    _Path = type(Path())


class Address(_Path):
    """The address of a file or folder, with as much of a path's methods as reading needs.

    They raise what those of a path do: `FileNotFoundError`, `PermissionError`, or another `OSError`
    that says why; besides, `MissingExtraError` if pyarrow is not installed.
    """

    def __str__(self) -> str:
        text = super().__str__()
        slashes = "///" if text.startswith("file:") else "//"
        return _COLLAPSED.sub(rf"\1{slashes}", text, count=1)

    def __fspath__(self) -> str:
        return str(self)

    def stat(self, *, follow_symlinks: bool = True) -> os.stat_result:
        """Return the size, the time of the last change, and whether it is a file or a folder."""
        with self.asked():
            filesystem, path = self._located()
            info = filesystem.get_file_info(path)
        if info.type.name == "NotFound":
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(self))
        kind = stat.S_IFDIR if info.type.name == "Directory" else stat.S_IFREG
        times = {"st_mtime_ns": info.mtime_ns or 0}
        return os.stat_result((kind, 0, 0, 1, 0, 0, info.size or 0, 0, 0, 0), times)

    def is_file(self, **_: Any) -> bool:
        """Return whether there is a file at the address."""
        return self._is(stat.S_ISREG)

    def is_dir(self, **_: Any) -> bool:
        """Return whether there is a folder at the address, or names that begin as one's would."""
        return self._is(stat.S_ISDIR)

    def open(self, *_: Any, **__: Any) -> io.BufferedReader:  # type: ignore[override]
        """Open the file, to read its bytes from anywhere."""
        return io.BufferedReader(self.arrow_file(), _BUFFER_BYTES)

    def arrow_file(self) -> Any:
        """Open the file as a `pyarrow.NativeFile`."""
        with self.asked():
            filesystem, path = self._located()
            return filesystem.open_input_file(path)

    def files_below(self, *, recursive: bool = True) -> list[tuple[Address, int]]:
        """Return the files in a folder, and in those below it, sorted, with their sizes."""
        fs = require("pyarrow.fs", f"reading {self}")
        with self.asked():
            filesystem, path = self._located()
            infos = filesystem.get_file_info(fs.FileSelector(path, recursive=recursive))
        found = [
            (self.joinpath(*info.path[len(path) :].strip("/").split("/")), info.size or 0)
            for info in infos
            if info.is_file
        ]
        return sorted(found, key=lambda file: file[0].parts)

    def _is(self, kind: Any) -> bool:
        try:
            return bool(kind(self.stat().st_mode))
        except OSError:
            return False

    def _located(self) -> tuple[Any, str]:
        """Return the filesystem, and the path that it knows the file by."""
        scheme, *rest = self.parts
        if not rest:
            raise OSError(errno.EINVAL, "names no file or folder", str(self))
        host = "/" if scheme == "file:" else rest.pop(0)
        filesystem, base = _filesystem(f"{scheme}//{host}")
        return filesystem, "/".join([base.rstrip("/"), *map(unquote, rest)])

    @contextmanager
    def asked(self) -> Iterator[None]:
        """Turn the errors of filesystems, whose texts tell what they are, into those of paths."""
        try:
            yield
        except (ValueError, NotImplementedError):  # of pyarrow: a scheme that it does not know
            raise OSError(
                errno.EPROTONOSUPPORT,
                f"pyarrow has no filesystem for {self.parts[0]}//, expected s3://, gs:// or "
                "another of its own",
                str(self),
            ) from None
        except OSError as error:
            reason = " ".join((error.strerror or str(error)).split()).rstrip(".")
            if _DENIED.search(reason):
                raise PermissionError(
                    errno.EACCES, f"no permission ({reason})", str(self)
                ) from error
            if _MISSING.search(reason):
                raise FileNotFoundError(errno.ENOENT, reason, str(self)) from error
            raise OSError(error.errno or errno.EIO, reason, str(self)) from error


def is_address(name: PathLike) -> bool:
    """Return whether a name is the address of a file that is not one of this machine's paths."""
    return isinstance(name, Address) or bool(_ADDRESS.match(os.fspath(name)))


def as_path(name: PathLike) -> Path:
    """Return a name as a path, or as an address if it is one."""
    return Address(name) if is_address(name) else Path(name)


def as_absolute(path: Path) -> Path:
    """Return a path from the root on; an address as it is."""
    return path if isinstance(path, Address) else Path(os.path.abspath(path))


@lru_cache(maxsize=16)
def _filesystem(root: str) -> tuple[Any, str]:
    """Return the filesystem of a bucket, say, and what its paths begin with."""
    filesystem, base = require("pyarrow.fs", f"reading {root}").FileSystem.from_uri(root)
    return filesystem, base
