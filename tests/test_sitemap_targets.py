"""Targets that a sitemap lists."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from linkback_protocol import OurFailure, SitemapTargets, Target

if TYPE_CHECKING:
    from pathlib import Path

NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
POST = "http://blog.example/post/"


def urlset(*locations: str) -> str:
    entries = "".join(f"<url><loc>{location}</loc></url>\n" for location in locations)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="{NAMESPACE}">{entries}</urlset>'


def index(*locations: str) -> str:
    entries = "".join(f"<sitemap><loc>{location}</loc></sitemap>" for location in locations)
    return f'<sitemapindex xmlns="{NAMESPACE}">{entries}</sitemapindex>'


class Files:
    """A directory of sitemaps, each write later than the one before as far as stat() can tell."""

    def __init__(self, directory: Path) -> None:
        self.main = directory / "sitemap.xml"
        self._directory = directory
        self._now = 1_700_000_000

    def write(self, text: str | bytes, name: str = "sitemap.xml") -> None:
        path = self._directory / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        self._now += 1
        os.utime(path, (self._now, self._now))


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path)


def fails(targets: SitemapTargets) -> str:
    """Look a page up in vain; return what the owner is told."""
    with pytest.raises(OurFailure) as caught:
        targets(POST)
    return caught.value.detail


class TestURLSet:
    def test_lists_the_pages(self, files: Files) -> None:
        files.write(urlset("http://blog.example/", POST))
        targets = SitemapTargets(files.main)
        assert targets(POST) == Target(POST)
        assert targets("http://blog.example/") == Target("http://blog.example/")
        assert targets("http://blog.example/other/") is None

    def test_path_may_be_text(self, files: Files) -> None:
        files.write(urlset(POST))
        assert SitemapTargets(str(files.main))(POST) == Target(POST)

    @pytest.mark.parametrize(
        "asked",
        [
            "https://blog.example/post",
            "http://BLOG.example:80/./post/",
            "http://blog.example/p%6fst/",
        ],
    )
    def test_any_spelling_leads_to_the_listed_one(self, files: Files, asked: str) -> None:
        files.write(urlset(POST))
        assert SitemapTargets(files.main)(asked) == Target(POST)

    def test_without_a_namespace_with_white_space_and_extensions(self, files: Files) -> None:
        files.write(
            "<urlset xmlns:i='urn:image'><url><lastmod>2026-01-01</lastmod>"
            "<i:image><i:loc>http://blog.example/a.png</i:loc></i:image>"
            f"<loc>\n {POST} </loc></url>"
            "<url><loc/></url><url/></urlset>"
        )
        targets = SitemapTargets(files.main)
        assert targets(POST) == Target(POST)
        assert targets("http://blog.example/a.png") is None

    def test_locations_that_are_no_urls_are_passed_over(
        self, files: Files, caplog: pytest.LogCaptureFixture
    ) -> None:
        files.write(urlset("/relative/", "ftp://blog.example/", POST))
        assert SitemapTargets(files.main)(POST) == Target(POST)
        assert "'/relative/' is passed over" in caplog.text
        assert "'ftp://blog.example/' is passed over" in caplog.text

    def test_other_encodings(self, files: Files) -> None:
        page = "http://blog.example/café"
        for encoding in ("iso-8859-1", "utf-16", "windows-1252"):
            text = urlset(page).replace("UTF-8", encoding)
            files.write(text.encode(encoding))
            assert SitemapTargets(files.main)(page) == Target("http://blog.example/caf%C3%A9")

    def test_many_pages(self, files: Files) -> None:
        files.write(urlset(*(f"http://blog.example/{n}/" for n in range(5000))))
        assert SitemapTargets(files.main)("http://blog.example/4999") is not None


class TestIndex:
    def test_leads_to_files_beside_it(self, files: Files) -> None:
        files.write(
            index(
                "http://blog.example/posts.xml",
                "https://cdn.example/maps/pages.xml",
            )
        )
        files.write(urlset(POST), "posts.xml")
        files.write(urlset("http://blog.example/about"), "pages.xml")
        targets = SitemapTargets(files.main)
        assert targets(POST) == Target(POST)
        assert targets("http://blog.example/about") == Target("http://blog.example/about")

    def test_in_a_circle(self, files: Files) -> None:
        files.write(index("http://blog.example/sitemap.xml", "http://blog.example/more.xml"))
        files.write(
            index("http://blog.example/sitemap.xml", "http://blog.example/posts.xml"), "more.xml"
        )
        files.write(urlset(POST), "posts.xml")
        assert SitemapTargets(files.main)(POST) == Target(POST)

    def test_leads_nowhere_else(self, files: Files, tmp_path: Path) -> None:
        inner = tmp_path / "inner"
        inner.mkdir()
        files.write(urlset(POST), "outside.xml")
        main = inner / "sitemap.xml"
        main.write_text(index("http://blog.example/../outside.xml"))
        assert "outside.xml" in fails(SitemapTargets(main))

    @pytest.mark.parametrize(
        "location", ["http://blog.example/", "http://blog.example/..", "http://blog.example/."]
    )
    def test_that_names_no_file(self, files: Files, location: str) -> None:
        files.write(index(location))
        assert str(files.main) in fails(SitemapTargets(files.main))

    def test_with_a_file_missing(self, files: Files) -> None:
        files.write(index("http://blog.example/posts.xml"))
        targets = SitemapTargets(files.main)
        assert "posts.xml" in fails(targets)
        files.write(urlset(POST), "posts.xml")
        assert targets(POST) == Target(POST)


class TestChange:
    def test_is_noticed(self, files: Files) -> None:
        files.write(urlset())
        targets = SitemapTargets(files.main)
        assert targets(POST) is None
        files.write(urlset(POST))
        assert targets(POST) == Target(POST)
        files.write(urlset())
        assert targets(POST) is None

    def test_of_a_file_beside_the_index_is_noticed(self, files: Files) -> None:
        files.write(index("http://blog.example/posts.xml"))
        files.write(urlset(), "posts.xml")
        targets = SitemapTargets(files.main)
        assert targets(POST) is None
        files.write(urlset(POST), "posts.xml")
        assert targets(POST) == Target(POST)

    def test_is_not_looked_for_in_an_unchanged_file(self, files: Files) -> None:
        files.write(urlset(POST))
        targets = SitemapTargets(files.main)
        assert targets(POST) == Target(POST)
        before = files.main.stat()
        files.main.write_text("broken")
        os.utime(files.main, ns=(before.st_atime_ns, before.st_mtime_ns))
        assert targets(POST) == Target(POST)

    def test_a_broken_file_is_read_again_once_it_is_whole(self, files: Files) -> None:
        files.write(urlset(POST))
        targets = SitemapTargets(files.main)
        assert targets(POST) == Target(POST)
        files.write("<urlset><url><loc>http://blog.exam")
        assert "cannot be read" in fails(targets)
        assert "cannot be read" in fails(targets)
        files.write(urlset(POST))
        assert targets(POST) == Target(POST)


BOMB = (
    '<!DOCTYPE urlset [<!ENTITY a "http://blog.example/">'
    '<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'
    "<urlset><url><loc>&c;</loc></url></urlset>"
)


class TestBroken:
    @pytest.mark.parametrize(
        "text",
        [
            "",
            "not XML",
            "<urlset>",
            "<urlset><url></urlset>",
            urlset(POST) + "<more/>",
            BOMB,
            '<!DOCTYPE urlset SYSTEM "http://evil.example/x.dtd"><urlset/>',
            '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><urlset><url><loc>&a;</loc></url></urlset>',
            '<?xml version="1.0" encoding="no-such-thing"?><urlset/>',
            '<?xml version="1.0" encoding="shift_jis"?><urlset/>',
            b"\xff\xfe<\x00u",
            b"<urlset>\xff</urlset>",
            b"<urlset>\x00</urlset>",
        ],
    )
    def test_is_our_failure(self, files: Files, text: str | bytes) -> None:
        files.write(text)
        assert str(files.main) in fails(SitemapTargets(files.main))

    def test_missing(self, files: Files) -> None:
        targets = SitemapTargets(files.main)
        assert "cannot be read" in fails(targets)
        files.write(urlset(POST))
        assert targets(POST) == Target(POST)

    def test_a_directory(self, tmp_path: Path) -> None:
        assert "cannot be read" in fails(SitemapTargets(tmp_path))
