"""A small blog that takes pingbacks and trackbacks as the specifications ask, and as one should.

It is the suite's self-test: independent of the library, it passes every case, and for every case
there is a subclass that breaks just what the case looks at.
"""

from __future__ import annotations

from tests.conformance.reference_fetch import FetchRoom
from tests.conformance.reference_http import Answer, HttpRoom
from tests.conformance.reference_introspection import IntrospectionRoom
from tests.conformance.reference_pages import PagesRoom, Post
from tests.conformance.reference_pingback import PingbackRoom
from tests.conformance.reference_registry import RegistryRoom
from tests.conformance.reference_source import SourceRoom
from tests.conformance.reference_trackback import TrackbackRoom
from tests.conformance.reference_xmlrpc import XmlRpcRoom


class ReferenceBlog(
    PagesRoom,
    PingbackRoom,
    IntrospectionRoom,
    XmlRpcRoom,
    TrackbackRoom,
    SourceRoom,
    RegistryRoom,
    FetchRoom,
    HttpRoom,
):
    """A WSGI app: ``/``, ``/post/``, ``/second/``, ``/closed/``, ``/xmlrpc`` and ``/observe``.

    With ``approve=False`` everything stays pending: kept, and not shown. ``allow`` names the
    addresses that may be connected to; ``deadline`` is in seconds, for one source page.

    Every decision is a small method or an attribute, to be overridden one by one:

    - requests: ``answer``, ``route``, ``site``, ``read_body``, ``max_body``, ``content_length``
    - pages: ``posts``, ``page_type``, ``escape``, ``post_page``, ``page``, ``linkback_list``,
      ``linkback_item``, ``shown``, ``home``, ``not_found``
    - advertising: ``advertises_pingback``, ``head_advertises``, ``pingback_headers``,
      ``more_headers``, ``endpoint``, ``link_elements``, ``link_element``, ``link_address``,
      ``link_href``, ``advertises_trackback``, ``trackback_link``, ``rdf_block``,
      ``rdf_namespaces``, ``rdf_about``, ``rdf_identifier``, ``rdf_title``, ``rdf_ping``,
      ``rdf_escape``, ``rdf_wrap``, ``ping_url``
    - reading calls: ``endpoint_methods``, ``endpoint_refuses_method``, ``admit_call``,
      ``oversize_fault``, ``incomplete_fault``, ``read_call``, ``transcode``, ``parse_xml``,
      ``parse_document``, ``encoding_fault``, ``check_root``, ``read_method_name``,
      ``fit_method_name``, ``read_params``, ``decode_value``, ``decode_untyped``,
      ``decode_member``, ``decode_scalar``, ``decode_int``, ``scalars``, ``max_depth``
    - answering calls: ``rpc_type``, ``success_status``, ``fault_status``, ``success``, ``fault``,
      ``unexpected``, ``encode_success``, ``encode_fault``, ``fault_members``, ``encode_value``,
      ``document``, ``declaration``, ``xml_escape``; the codes ``parse_error``,
      ``bad_encoding``, ``not_xmlrpc``, ``unknown_method``, ``bad_params``
    - methods: ``methods``, ``dispatch``, ``find_method``, ``check_arity``, ``check_types``,
      ``list_methods``, ``method_signature``, ``method_help``, ``get_capabilities``,
      ``capabilities``, ``multicall``, ``check_multicall``, ``max_multicall``,
      ``multicall_excludes``, ``multicall_deadline``, ``inner_call``, ``inner_result``
    - pingback: ``pingback_ping``, ``trim``, ``check_source_url``, ``check_target_url``,
      ``check_other_page``, ``find_target``, ``ours``, ``exists``, ``check_open``,
      ``check_not_registered``, ``verify_pingback``, ``verify_page``, ``fetch_fault``,
      ``keep_pingback``, ``success_text``, ``missing_source``, ``no_link_fault``,
      ``missing_target``, ``unusable_target``, ``duplicate_fault`` and the codes
      ``source_missing_code`` to ``denied_code``; ``get_pingbacks``, ``list_pingbacks``, ``listed``
    - fetching: ``fetch``, ``fetch_once``, ``follow``, ``fit_url``, ``schemes``,
      ``check_fetch_url``, ``odd_host``, ``vetted``, ``resolve``, ``may_connect``, ``open_socket``,
      ``request_headers``, ``user_agent``, ``max_redirects``, ``redirect_statuses``,
      ``check_status``, ``readable_type``, ``max_bytes`` (decoded), ``max_wire_bytes``,
      ``decoder``, ``time_left``
    - reading sources: ``find_link``, ``read_document``, ``decode_page``, ``header_charset``,
      ``meta_charset``, ``known_charset``, ``fallback_charset``, ``read_plain``, ``read_html``,
      ``link_attributes``, ``inert_elements``, ``links_of``, ``resolve_link``, ``base_of``,
      ``same_link``, ``title_of``, ``excerpt_of``
    - keeping: ``linkback_key``, ``registered``, ``register``, ``made``, ``sanitise``, ``crop``,
      ``max_title``, ``max_excerpt``, ``observe``
    - trackback: ``trackback``, ``take_trackback``, ``ping_methods``, ``ping_refuses_method``,
      ``missing_ping_url``, ``check_ping_open``, ``cross_site``, ``check_url``,
      ``acceptable_url``, ``verify_trackbacks``, ``verify_trackback``, ``read_fields``,
      ``read_form``, ``form_types``, ``split_form``, ``max_fields``, ``unquote``, ``add_field``,
      ``form_charset``, ``type_charset``, ``field_charset``, ``acceptable_charset``,
      ``decode_field``, ``default_title``, ``default_blog_name``, ``trackback_success``,
      ``success_document``, ``trackback_duplicate``, ``trackback_error``, ``error_document``,
      ``message_escape``, ``trackback_answer``, ``trackback_type``, ``trackback_declaration``,
      ``trackback_error_status``, ``offers_listing``, ``wants_listing``, ``listing``,
      ``listed_trackback``
    """

    observe_path = "/observe"

    def __init__(
        self,
        *,
        approve: bool = True,
        allow: tuple[str, ...] = ("127.0.0.1",),
        deadline: float = 3.0,
    ) -> None:
        RegistryRoom.__init__(self, approve=approve)
        FetchRoom.__init__(self, allow=allow, deadline=deadline)

    def route(self, environ) -> Answer:
        path = environ.get("PATH_INFO", "").encode("latin-1").decode("utf-8", "replace")
        if path == self.endpoint_path:
            return self.xmlrpc(environ)
        if self.ping_path(path):
            return self.trackback(self.ping_post(path), environ)
        if environ["REQUEST_METHOD"] not in {"GET", "HEAD"}:
            return self.page_refuses_method()
        if path == self.observe_path:
            return self.observe(environ)
        if path == "/":
            return self.home(environ)
        post = self.post_at(path)
        return self.not_found(environ) if post is None else self.post_page(post, environ)

    def ping_path(self, path: str) -> bool:
        return path.endswith("/trackback/")

    def ping_post(self, path: str) -> Post | None:
        return self.post_at(path.removesuffix("trackback/")) if self.ping_path(path) else None

    def page_refuses_method(self) -> Answer:
        allow = (("Allow", "GET, HEAD"),)
        return Answer(b"Pages are read.\n", "text/plain; charset=utf-8", 405, allow)
