"""The pages of the reference blog: posts, what they say about their endpoints, and linkbacks."""

from __future__ import annotations

import html
from dataclasses import dataclass
from urllib.parse import quote

from tests.conformance.reference_http import Answer, Linkback


@dataclass(frozen=True)
class Post:
    """A post, under a path that ends in a slash; a closed one takes no linkbacks any more."""

    path: str
    title: str
    open: bool = True


class PagesRoom:
    """Shows the posts and advertises their endpoints."""

    # A title that has to be escaped, for HTML and inside a comment.
    posts = (
        Post("/post/", 'Tea & <biscuits> -- a "review" -->'),
        Post("/second/", "The second post"),
        Post("/closed/", "An old post", open=False),
    )
    endpoint_path = "/xmlrpc"
    head_advertises = True

    def post_at(self, path: str) -> Post | None:
        return next((post for post in self.posts if post.path == path), None)

    def permalink(self, post: Post, site: str) -> str:
        return site.rstrip("/") + post.path

    def endpoint(self, site: str) -> str:
        """PB-2.1-2, PB-2.2-5: the absolute address of the pingback server."""
        return site.rstrip("/") + self.endpoint_path

    def ping_url(self, post: Post, site: str) -> str:
        """TB-20: the absolute ping URL of a post."""
        return self.permalink(post, site) + "trackback/"

    # The pages

    def home(self, environ) -> Answer:
        items = "".join(
            f'<li><a href="{quote(post.path)}">{self.escape(post.title)}</a></li>'
            for post in self.posts
        )
        return self.page("The blog", "", f"<ul>{items}</ul>")

    def not_found(self, environ) -> Answer:
        return self.page("Not found", "", "<p>There is nothing here.</p>", status=404)

    def post_page(self, post: Post, environ) -> Answer:
        site = self.site(environ)
        headers: tuple[tuple[str, str], ...] = ()
        head = ""
        body = f"<p>Some words about {self.escape(post.title)}</p>{self.linkback_list(post, site)}"
        if self.advertises_pingback(post):
            values = self.pingback_headers(post, site)
            if environ["REQUEST_METHOD"] != "HEAD" or self.head_advertises:
                headers = tuple(("X-Pingback", value) for value in values)
            head = self.link_elements(post, site)
        headers += self.more_headers(post, site)
        if self.advertises_trackback(post):
            body += self.trackback_link(post, site) + self.rdf_wrap(self.rdf_block(post, site))
        return self.page(post.title, head, body, headers=headers)

    def page(self, title: str, head: str, body: str, *, status=200, headers=()) -> Answer:
        # PB-2.3-10, PB-2.3-11: the link stands where a client that reads little finds it.
        text = (
            '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
            f"{head}<title>{self.escape(title)}</title>\n</head>\n<body>\n"
            f"<h1>{self.escape(title)}</h1>\n{body}\n</body>\n</html>\n"
        )
        return Answer(text.encode(), self.page_type, status, headers)

    page_type = "text/html; charset=utf-8"

    def escape(self, text: str) -> str:
        """SEC-5: everything that others wrote, and what we wrote too."""
        return html.escape(text)

    # Advertising pingback

    def advertises_pingback(self, post: Post) -> bool:
        """PB-4-4: every page that takes pings says so, and no other does."""
        return post.open

    def pingback_headers(self, post: Post, site: str) -> list[str]:
        """PB-2.1-3: the values of X-Pingback, one and no more."""
        return [self.endpoint(site)]

    def more_headers(self, post: Post, site: str) -> tuple[tuple[str, str], ...]:
        """PB-2.1-7: other headers, with no Link among them."""
        return ()

    def link_elements(self, post: Post, site: str) -> str:
        """PB-2.2-3: one link element and no more."""
        return self.link_element(self.link_address(site)) + "\n"

    def link_address(self, site: str) -> str:
        """PB-2.1-5: the same as that of the header."""
        return self.endpoint(site)

    def link_element(self, address: str) -> str:
        """PB-2.2-2: exactly one of the two forms."""
        return f'<link rel="pingback" href="{self.link_href(address)}" />'

    def link_href(self, address: str) -> str:
        """PB-2.2-6, PB-2.2-7: four entities, and what no document can hold is percent-encoded."""
        safe = quote(address, safe=":/?#[]@!$&'()*+,;=%\"<>")
        for character, entity in (("&", "amp"), ("<", "lt"), (">", "gt"), ('"', "quot")):
            safe = safe.replace(character, f"&{entity};")
        return safe

    # Advertising trackback

    def advertises_trackback(self, post: Post) -> bool:
        return post.open

    def trackback_link(self, post: Post, site: str) -> str:
        """TB-24: for those who look for a link."""
        address = self.escape(self.rdf_ping(post, site))
        return f'\n<p><a rel="trackback" href="{address}">Ping</a></p>'

    def rdf_block(self, post: Post, site: str) -> str:
        """TB-20: the block that names the permalink, the title and the ping URL."""
        return (
            f"<rdf:RDF {self.rdf_namespaces}>\n<rdf:Description\n"
            f'    rdf:about="{self.rdf_escape(self.rdf_about(post, site))}"\n'
            f'    dc:identifier="{self.rdf_escape(self.rdf_identifier(post, site))}"\n'
            f'    dc:title="{self.rdf_escape(self.rdf_title(post))}"\n'
            f'    trackback:ping="{self.rdf_escape(self.rdf_ping(post, site))}" />\n</rdf:RDF>'
        )

    rdf_namespaces = (
        'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:trackback="http://madskills.com/public/xml/rss/module/trackback/"'
    )

    def rdf_about(self, post: Post, site: str) -> str:
        return self.permalink(post, site)

    def rdf_identifier(self, post: Post, site: str) -> str:
        return self.permalink(post, site)

    def rdf_title(self, post: Post) -> str:
        return post.title

    def rdf_ping(self, post: Post, site: str) -> str:
        return self.ping_url(post, site)

    def rdf_escape(self, text: str) -> str:
        """TB-21: two hyphens would end the comment round the block."""
        return html.escape(text).replace("--", "&#45;&#45;")

    def rdf_wrap(self, block: str) -> str:
        """TB-21: in a comment, which keeps validators quiet."""
        return f"\n<!--\n{block}\n-->"

    # Linkbacks on the page

    def shown(self, linkback: Linkback) -> bool:
        """GP-4, TB-34: whether visitors see a linkback."""
        return linkback.status == "approved"

    def linkback_list(self, post: Post, site: str) -> str:
        items = [self.linkback_item(each) for each in self.linkbacks_of(post) if self.shown(each)]
        return f"\n<ol>\n{''.join(items)}</ol>\n" if items else ""

    def linkback_item(self, linkback: Linkback) -> str:
        return (
            f'<li><a href="{self.escape(linkback.source)}" rel="nofollow ugc">'
            f"{self.escape(linkback.title)}</a> ({self.escape(linkback.blog_name)}): "
            f"{self.escape(linkback.excerpt)}</li>\n"
        )
