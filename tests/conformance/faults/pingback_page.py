"""Blogs whose pages advertise their endpoint in one wrong way."""

from tests.conformance.broken import breaks
from tests.conformance.reference import ReferenceBlog


@breaks("pingback.page.advertised", "pingback.page.advertised-second")
class HidesItsLink(ReferenceBlog):
    def pingback_headers(self, post, site):
        return []

    def link_element(self, address):
        return f"<link href='{address}' rel='pingback'>"


@breaks("pingback.page.advertised-second")
class AdvertisesOnOnePost(ReferenceBlog):
    def advertises_pingback(self, post):
        return post.path == "/post/"


@breaks("pingback.page.closed-silent")
class AdvertisesOnClosedPosts(ReferenceBlog):
    def advertises_pingback(self, post):
        return True


@breaks("pingback.page.missing-silent")
class AdvertisesOnNothing(ReferenceBlog):
    def not_found(self, environ):
        site = self.site(environ)
        headers = (("X-Pingback", self.endpoint(site)),)
        return self.page("Not found", "", "", status=404, headers=headers)


@breaks("pingback.page.header-single")
class SendsTwoHeaders(ReferenceBlog):
    def pingback_headers(self, post, site):
        return super().pingback_headers(post, site) * 2


@breaks(
    "pingback.page.header-absolute",
    "pingback.page.header-equals-link",
    "pingback.page.endpoint-answers",
)
class SendsARelativeHeader(ReferenceBlog):
    def pingback_headers(self, post, site):
        return [self.endpoint_path]


@breaks("pingback.page.header-on-head")
class HidesTheHeaderFromHead(ReferenceBlog):
    head_advertises = False


@breaks("pingback.page.header-equals-link")
class NamesTwoServers(ReferenceBlog):
    def link_address(self, site):
        return super().link_address(site) + "?other"


@breaks("pingback.page.no-link-header")
class SendsALinkHeader(ReferenceBlog):
    def more_headers(self, post, site):
        return (("Link", f'<{self.endpoint(site)}>; rel="pingback"'),)


@breaks("pingback.page.link-form")
class WritesTheLinkWithoutASpace(ReferenceBlog):
    def link_element(self, address):
        return f'<link rel="pingback" href="{self.link_href(address)}"/>'


@breaks("pingback.page.link-single")
class WritesTwoLinks(ReferenceBlog):
    def link_elements(self, post, site):
        return super().link_elements(post, site) * 2


@breaks("pingback.page.link-absolute", "pingback.page.header-equals-link")
class WritesARelativeLink(ReferenceBlog):
    def link_address(self, site):
        return self.endpoint_path


@breaks("pingback.page.link-entities", "pingback.page.header-equals-link")
class WritesOtherEntities(ReferenceBlog):
    def link_href(self, address):
        return super().link_href(address).replace("xmlrpc", "xmlrp&#99;")


@breaks("pingback.page.link-characters", "pingback.page.header-equals-link")
class WritesLetters(ReferenceBlog):
    def link_href(self, address):
        return address + "?\u00fc"


@breaks("pingback.page.link-early")
class WritesTheLinkLate(ReferenceBlog):
    def page(self, title, head, body, **rest):
        return super().page(title, "", body + head, **rest)


@breaks("pingback.page.endpoint-plain")
class HasAnAmpersand(ReferenceBlog):
    def endpoint(self, site):
        return super().endpoint(site) + "?a=1&b=2"


@breaks("pingback.page.endpoint-answers")
class NamesAServerThatIsGone(ReferenceBlog):
    shown_posts = 0

    def post_page(self, post, environ):
        self.shown_posts += post.path == "/post/"
        return super().post_page(post, environ)

    def endpoint(self, site):
        return super().endpoint(site) if self.shown_posts <= 1 else f"{site}gone"


@breaks("pingback.page.hijack", "trackback.server.security-hijack")
class ShowsMarkupOfLinks(ReferenceBlog):
    def linkback_item(self, linkback):
        item = super().linkback_item(linkback)
        return item + linkback.title if "evil.test" in linkback.title else item


@breaks("pingback.page.inert", "trackback.server.security-inert")
class ShowsMarkup(ReferenceBlog):
    def linkback_item(self, linkback):
        item = super().linkback_item(linkback)
        return item + linkback.title if "<script>" in linkback.title else item
