"""Endpoints that break one of the methods beside pingback.ping."""

from types import MappingProxyType

from tests.conformance.broken import breaks
from tests.conformance.reference import ReferenceBlog
from tests.conformance.reference_xmlrpc import XmlRpcFault


class Lacks(ReferenceBlog):
    """Does not offer the method `lacked`."""

    lacked = ""

    def find_method(self, name):
        if name == self.lacked:
            raise XmlRpcFault(self.unknown_method, "There is no such method.")
        return super().find_method(name)


@breaks("pingback.server.list-methods")
class ListsNothing(Lacks):
    lacked = "system.listMethods"


@breaks("pingback.server.method-signature")
class HasNoSignatures(Lacks):
    lacked = "system.methodSignature"


@breaks("pingback.server.method-help")
class HasNoHelp(Lacks):
    lacked = "system.methodHelp"


@breaks("pingback.server.capabilities")
class HasOddCapabilities(ReferenceBlog):
    capabilities = MappingProxyType({"xmlrpc": ("http://www.xmlrpc.com/spec", "one")})


@breaks("pingback.server.multicall", "pingback.server.multicall-*")
class GivesUpAtTheFirstFault(ReferenceBlog):
    def multicall(self, environ, calls):
        return super().multicall(environ, calls)[:1]


@breaks("pingback.server.multicall-recursion")
class CallsItself(ReferenceBlog):
    multicall_excludes = ()


@breaks("pingback.server.multicall-flood")
class IsAFlood(ReferenceBlog):
    max_multicall = 1000


@breaks("pingback.server.getpingbacks", "pingback.server.getpingbacks-*")
class ListsAString(ReferenceBlog):
    def list_pingbacks(self, post):
        return "none"


@breaks("pingback.server.getpingbacks-published")
class ListsNobody(ReferenceBlog):
    def list_pingbacks(self, post):
        return []


@breaks(
    "pingback.server.getpingbacks-pending", "pingback.server.getpingbacks-published", "trackback.*"
)
class ListsWhatIsPending(ReferenceBlog):
    def __init__(self):
        super().__init__(approve=False)

    def listed(self, linkback):
        return True


@breaks("pingback.server.getpingbacks-unknown")
class ListsForNothing(ReferenceBlog):
    def get_pingbacks(self, environ, target):
        try:
            return super().get_pingbacks(environ, target)
        except XmlRpcFault:
            return []
