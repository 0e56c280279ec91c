"""What servers answer to a pingback, literally, each with where it was read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkback_protocol.wire.xmlrpc_answer import read_answer

if TYPE_CHECKING:
    from linkback_protocol.wire.answer import Answer


def answer(body: bytes | str, *, status: int = 200, content_type: str = "text/xml") -> Answer:
    sent = body.encode() if isinstance(body, str) else body
    return read_answer(sent, status=status, content_type=content_type)


def value(content: str) -> str:
    return (
        f"<methodResponse><params><param><value>{content}</value></param></params></methodResponse>"
    )


def fault(code: str, message: str = "<string>No.</string>") -> str:
    return (
        "<methodResponse><fault><value><struct>"
        f"<member><name>faultCode</name><value>{code}</value></member>"
        f"<member><name>faultString</name><value>{message}</value></member>"
        "</struct></value></fault></methodResponse>"
    )


# WordPress 6.1.9 (IXR_Server, IXR_Error), with and without the filter that hides reasons.
WORDPRESS_SUCCESS = """<?xml version="1.0" encoding="UTF-8"?>
<methodResponse>
  <params>
    <param>
      <value>
      <string>Pingback from http://a.example/ to http://b.example/?p=1&amp;x=2 registered. \
Keep the web talking! :-)</string>
      </value>
    </param>
  </params>
</methodResponse>
"""
WORDPRESS_FAULT = """<?xml version="1.0" encoding="UTF-8"?>
<methodResponse>
  <fault>
    <value>
      <struct>
        <member>
          <name>faultCode</name>
          <value><int>{code}</int></value>
        </member>
        <member>
          <name>faultString</name>
          <value><string>{message}</string></value>
        </member>
      </struct>
    </value>
  </fault>
</methodResponse>
"""
# go-jamming (app/pingback/handler.go) puts its text on a line of its own.
GO_JAMMING_SUCCESS = """<?xml version="1.0" encoding="UTF-8"?>
<methodResponse>
    <params>
        <param>
            <value>
                <string>
                    Thanks, bro. Will process this soon, pinky swear!
                </string>
            </value>
        </param>
    </params>
</methodResponse>"""
# RPC::XML, under Oddmuse (modules/pingback-server.pl), has the members the other way round.
RPC_XML_FAULT = (
    '<?xml version="1.0" encoding="us-ascii"?><methodResponse><fault><value><struct>'
    "<member><name>faultString</name><value><string>No method x</string></value></member>"
    "<member><name>faultCode</name><value><i4>-32601</i4></value></member>"
    "</struct></value></fault></methodResponse>"
)
# Serendipity 2.7 (report_pingback_failure), as text/html.
SERENDIPITY_FAULT = """<?xml version="1.0"?>
<methodResponse>
    <fault>
    <value><i4>0</i4></value>
    </fault>
</methodResponse>"""
SERENDIPITY_SUCCESS = """<?xml version="1.0"?>
<methodResponse>
   <params>
      <param>
         <value><string>success</string></value>
         </param>
      </params>
   </methodResponse>"""
# go-jamming (app/pingback/handler.go).
GO_JAMMING_FAULT = """<?xml version="1.0" encoding="UTF-8"?>
<methodResponse>
    <fault>
        <value>
            <struct>
                <member>
                    <name>
                        faultCode
                    </name>
                    <value>
                        <int>
                            0
                        </int>
                    </value>
                </member>
                <member>
                    <name>
                        faultString
                    </name>
                    <value>
                        <string>
                        \tSorry pal. Malformed request? Or something else, who knows...
                        </string>
                    </value>
                </member>
            </struct>
        </value>
    </fault>
</methodResponse>"""
# Zinnia (zinnia/xmlrpc/pingback.py) by way of Python's xmlrpc.client; Fat-Free does the same.
ZINNIA = """<?xml version='1.0'?>
<methodResponse>
<params>
<param>
<value><int>{code}</int></value>
</param>
</params>
</methodResponse>
"""
# Typecho 1.3 (IXR_Server) answers with the number of the comment.
TYPECHO = """<?xml version="1.0"?>
<methodResponse>
  <params>
    <param>
      <value>
        <int>4711</int>
      </value>
    </param>
  </params>
</methodResponse>

"""
# npm pingback 0.0.3 (lib/pingback.js), with HTTP status 400.
NPM_FAULT = """<?xml version="1.0"?>
<methodResponse>
  <fault><value><struct>
    <member>
      <name>faultCode</name>
      <value><int>17</int></value>
    </member>
    <member>
      <name>faultString</name>
      <value><string>The source does not contain a link to the target.</string></value>
    </member>
  </struct></value></fault>
</methodResponse>"""
PHP_NOTICE = (
    "<br />\n<b>Notice</b>:  Undefined index: HTTP_X in <b>/srv/x.php</b> on line <b>3</b><br />\n"
)
