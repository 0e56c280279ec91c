"""The table of methods of the reference blog, and the methods about methods."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from types import MappingProxyType

from tests.conformance.reference_xmlrpc import Call, XmlRpcFault

LOG = logging.getLogger(__name__)

FAULTS_SPEC = "http://xmlrpc-epi.sourceforge.net/specs/rfc.fault_codes.php"
MULTICALL_SPEC = "http://www.xmlrpc.com/discuss/msgReader$1208"


@dataclass(frozen=True)
class Method:
    """How a method is called: the function, the types of the result and of the parameters."""

    function: str
    signature: tuple[str, ...]
    help: str


METHODS = {
    "pingback.ping": Method(
        "pingback_ping",
        ("string", "string", "string"),
        "Tell that the source page links to the target page here.",
    ),
    "pingback.extensions.getPingbacks": Method(
        "get_pingbacks", ("array", "string"), "List the pages whose pingbacks a page here shows."
    ),
    "system.listMethods": Method("list_methods", ("array",), "List the methods."),
    "system.methodSignature": Method(
        "method_signature", ("array", "string"), "List the signatures of a method."
    ),
    "system.methodHelp": Method("method_help", ("string", "string"), "Describe a method."),
    "system.getCapabilities": Method(
        "get_capabilities", ("struct",), "List the specifications that are implemented."
    ),
    "system.multicall": Method("multicall", ("array", "array"), "Call several methods."),
}
TYPES = {"string": str, "array": list, "struct": dict}


class IntrospectionRoom:
    """Finds methods by name, and tells about them."""

    methods = METHODS
    max_multicall = 100  # calls
    multicall_excludes = ("system.multicall",)

    def dispatch(self, call: Call, environ) -> object:
        """FC-2: call a method with parameters that fit it, or raise `XmlRpcFault`."""
        method = self.find_method(call.method)
        self.check_arity(method, call.params)
        self.check_types(method, call.params)
        return getattr(self, method.function)(environ, *call.params)

    def find_method(self, name: str) -> Method:
        if name not in self.methods:
            raise XmlRpcFault(self.unknown_method, "There is no such method.")
        return self.methods[name]

    def check_arity(self, method: Method, params: list[object]) -> None:
        if len(params) != len(method.signature) - 1:
            raise XmlRpcFault(self.bad_params, "The number of parameters is wrong.")

    def check_types(self, method: Method, params: list[object]) -> None:
        for name, value in zip(method.signature[1:], params, strict=False):
            if not isinstance(value, TYPES[name]):
                raise XmlRpcFault(self.bad_params, f"A parameter is not of the type {name}.")

    def list_methods(self, environ) -> list[str]:
        """IN-1."""
        return sorted(self.methods)

    def method_signature(self, environ, name: str) -> object:
        """IN-2."""
        return [list(self.find_method(name).signature)]

    def method_help(self, environ, name: str) -> str:
        """IN-3."""
        return self.find_method(name).help

    def get_capabilities(self, environ) -> dict[str, object]:
        """IN-4."""
        return {
            name: {"specUrl": url, "specVersion": version}
            for name, (url, version) in self.capabilities.items()
        }

    capabilities = MappingProxyType(
        {
            "xmlrpc": ("http://www.xmlrpc.com/spec", 1),
            "faults_interop": (FAULTS_SPEC, 20010516),
            "introspect": ("http://xmlrpc-c.sourceforge.net/xmlrpc-c/introspection.html", 1),
            "system.multicall": (MULTICALL_SPEC, 1),
        }
    )

    def multicall(self, environ, calls: list[object]) -> list[object]:
        """IN-5: one result per call; only so many calls, and together as long as one."""
        self.check_multicall(calls)
        until = self.clock() + self.multicall_deadline
        return [self.inner_call(call, environ, until) for call in calls]

    multicall_deadline = 6.0  # seconds after which no other call is begun

    def check_multicall(self, calls: list[object]) -> None:
        if len(calls) > self.max_multicall:
            raise XmlRpcFault(self.bad_params, "There are too many calls in one.")

    def inner_call(self, call: object, environ, until: float) -> object:
        """Return a result in a list, or the members of a fault."""
        if self.clock() > until:
            return self.fault_members(self.denied_code, "The calls before took too long.")
        try:
            return self.inner_result(self.dispatch(self.read_inner_call(call), environ))
        except XmlRpcFault as fault:
            return self.fault_members(fault.code, fault.text)
        except Exception as error:
            LOG.exception("unexpected")
            fault = self.unexpected(error)
            return self.fault_members(fault.code, fault.text)

    def inner_result(self, value: object) -> object:
        return [value]

    def read_inner_call(self, call: object) -> Call:
        match call:
            case {"methodName": str(name), "params": list(params)}:
                if name in self.multicall_excludes:
                    raise XmlRpcFault(self.not_xmlrpc, "A multicall cannot hold another.")
                return Call(name, params)
            case _:
                raise XmlRpcFault(self.not_xmlrpc, "A call is not a methodName and params.")
