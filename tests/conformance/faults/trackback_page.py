"""Blogs whose pages name their ping URL in one wrong way."""

from tests.conformance.broken import breaks
from tests.conformance.reference import ReferenceBlog


@breaks("trackback.page.rdf")
class HasNoBlock(ReferenceBlog):
    def rdf_wrap(self, block):
        return ""


@breaks("trackback.page.rdf-well-formed", "trackback.page.*-silent")
class DeclaresTooLittle(ReferenceBlog):
    rdf_namespaces = ReferenceBlog.rdf_namespaces.replace("xmlns:dc", "xmlns:dublin")


@breaks("trackback.page.rdf-namespaces")
class HasAnotherNamespace(ReferenceBlog):
    rdf_namespaces = ReferenceBlog.rdf_namespaces.replace("madskills.com", "trackback.test")


@breaks("trackback.page.rdf-identifier")
class IdentifiesPages(ReferenceBlog):
    def rdf_identifier(self, post, site):
        return post.path


@breaks("trackback.page.rdf-about")
class IsAboutThePingUrl(ReferenceBlog):
    def rdf_about(self, post, site):
        return self.ping_url(post, site)


@breaks("trackback.page.rdf-title")
class HasNoTitle(ReferenceBlog):
    def rdf_title(self, post):
        return ""


@breaks("trackback.page.rdf-single")
class HasTwoBlocks(ReferenceBlog):
    def rdf_wrap(self, block):
        return super().rdf_wrap(block) * 2


@breaks("trackback.page.rdf-absolute", "trackback.page.rel-link-agrees")
class HasARelativePingUrl(ReferenceBlog):
    def rdf_ping(self, post, site):
        return f"{post.path}trackback/"


@breaks("trackback.page.rdf-works", "trackback.page.rel-link-agrees")
class HasMovedSince(ReferenceBlog):
    blocks = 0

    def rdf_wrap(self, block):
        self.blocks += 1
        found = super().rdf_wrap(block)
        return found if self.blocks <= 2 else found.replace('/trackback/" />', '/tb/" />')


@breaks("trackback.page.rdf-comment")
class LetsTitlesEndTheComment(ReferenceBlog):
    def rdf_escape(self, text):
        return super().rdf_escape(text).replace("&#45;", "-")


@breaks("trackback.page.rdf-second", "trackback.server.duplicate-second-page")
class SendsEverythingToOnePost(ReferenceBlog):
    def rdf_ping(self, post, site):
        return self.ping_url(self.posts[0], site)


@breaks("trackback.page.closed-silent")
class OffersClosedPosts(ReferenceBlog):
    def advertises_trackback(self, post):
        return True


@breaks("trackback.page.missing-silent")
class OffersNothing(ReferenceBlog):
    def not_found(self, environ):
        site = self.site(environ)
        block = self.rdf_wrap(self.rdf_block(self.posts[0], site))
        return self.page("Not found", "", block, status=404)


@breaks("trackback.page.rel-link")
class HasNoLink(ReferenceBlog):
    def trackback_link(self, post, site):
        return ""


@breaks("trackback.page.rel-link-agrees")
class LinksElsewhere(ReferenceBlog):
    def trackback_link(self, post, site):
        return super().trackback_link(post, site).replace("trackback/", "tb/")


@breaks("trackback.page.ping-url-plain")
class HasAnAmpersand(ReferenceBlog):
    def ping_url(self, post, site):
        return super().ping_url(post, site) + "?a=1&b=2"
