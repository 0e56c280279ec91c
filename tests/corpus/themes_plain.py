"""Pages that no engine made: by hand, by generators that minify, by mail programs."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from tests.corpus.post import plain
from tests.corpus.themes_engines import month, number

if TYPE_CHECKING:
    from tests.corpus.post import Post


def html32(post: Post) -> str:
    """A page of 1997 that is still kept, capitals, missing end tags and all."""
    body = post.html().replace("<p>", "<P>").replace("</p>", "").replace("<a href=", "<A HREF=")
    return f"""<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 3.2 Final//EN">
<HTML>
<HEAD>
<META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset=windows-1251">
<TITLE>{escape(post.title)}</TITLE>
</HEAD>
<BODY BGCOLOR="#FFFFFF" TEXT="#000000" LINK="#0000CC" VLINK="#551A8B">
<TABLE WIDTH=640 BORDER=0 CELLPADDING=4><TR><TD>
<CENTER><H1>{escape(post.title)}</H1></CENTER>
<HR WIDTH="80%" NOSHADE>
<FONT FACE="Times" SIZE=3>
{body}
</FONT>
<HR>
<ADDRESS><A HREF="mailto:me@host.example">{escape(post.site)}</A>, last changed {month(post)}
2020</ADDRESS>
</TABLE>
</BODY>
</HTML>
"""


def handmade(post: Post) -> str:
    return f"""<!doctype html>
<meta charset=utf-8>
<title>{escape(post.title)}</title>
<style>body{{max-width:38em;margin:3em auto;font:1.1em/1.5 Georgia,serif}}a{{color:#060}}</style>
<h1>{escape(post.title)}</h1>
{post.html()}
<p><small>made by hand, on a {month(post)} evening</small>
"""


def minified(post: Post) -> str:
    """What a minifier leaves: no quotes, no optional tags, no white space."""
    body = re.sub(r">\s+<", "><", post.html()).replace("</p>", "").replace("</li>", "")
    body = re.sub(r'href="([^"\s=]+)"', r"href=\1", body)
    return (
        f"<!doctype html><html lang={post.language}><meta charset=utf-8>"
        f"<title>{escape(post.title)}</title>"
        "<style>*{margin:0}main{max-width:60ch}.c0,.c1,.c2{color:#222}</style>"
        f"<header><a href=/ >{escape(post.site)}</a></header><main><article>"
        f"<h1>{escape(post.title)}</h1>"
        f"{body}</article></main><script>!function(){{window.t=1}}()</script>"
    )


def plaintext(post: Post) -> str:
    line = "=" * len(post.title)
    return f"{post.title}\n{line}\n\n{plain(post.body, post.target)}\n\n-- \n{post.site}\n"


def medium(post: Post) -> str:
    """A platform's page: classes that mean nothing, claps, and more of the same below."""
    title, author = escape(post.title), escape(post.site)
    body = post.html().replace("<p>", f'<p id="{number(post, 4096):x}" class="ht hu eb hv b">')
    return f"""<!doctype html><html lang="{post.language}"><head><title data-rh="true">{title} | by
{author} | Longreads</title>
<meta data-rh="true" charset="utf-8"/><meta data-rh="true" property="og:site_name"
content="Longreads"/>
<meta data-rh="true" property="og:title" content="{title}"/></head>
<body><div id="root"><div class="a b c"><div class="d e f"><a href="/"><span
class="g">Longreads</span></a>
<button class="h i">Sign in</button></div>
<article><section><div class="n p"><h1 class="hi hj hk">{title}</h1>
<div class="o"><a href="/@me">{author}</a> <span>{month(post)[:3]} {number(post, 28) + 1} ·
{number(post, 7) + 2} min read</span></div>
{body}
</div></section></article>
<div class="q r"><button class="s">{number(post, 400)} claps</button></div>
<div class="t"><h2>More from Longreads</h2><a href="/@x/why-we-walk-1a2b">Why we walk</a>
<a href="/@y/the-last-typist-3c4d">The last typist</a></div>
</div></div><script>window.__APOLLO_STATE__ = {{"ROOT_QUERY":{{}}}}</script></body></html>
"""


def mastodon(post: Post) -> str:
    author, _, text = post.title.partition(": ")
    domain = post.site
    return f"""<!DOCTYPE html>
<html lang='en'><head><meta charset='utf-8'><title>{escape(post.title)} - {domain}</title>
<meta content="{domain}" property="og:site_name" /><meta content="@{author}@{domain}"
property="og:title" />
<meta content="{escape(text)}" property="og:description" /></head>
<body class='player'><div class='container'><div class='activity-stream'><div class='entry
entry-center'>
<div class='detailed-status h-entry'><p><a class="detailed-status__display-name p-author h-card"
href="/@{author}">
<bdi><strong class="display-name__html p-name">{author}</strong></bdi> <span
class="display-name__account">@{author}@{domain}</span></a></p>
<div class='status__content
e-content'>{post.html(rel="nofollow noopener noreferrer", attributes=' target="_blank"')}</div>
<div class='detailed-status__meta'><time>{month(post)} {number(post, 28) + 1}</time> · <a
href="{post.url}">{number(post, 40)} boosts</a></div></div></div></div>
<div class='footer'><a href='/about'>About {domain}</a></div></div></body></html>
"""


def inline(post: Post) -> str:
    """Many inline styles, as mail programs write them, and skip links for those who listen."""
    unseen = (
        "position:absolute;width:1px;height:1px;padding:0;margin:-1px;overflow:hidden;"
        "clip:rect(0,0,0,0);white-space:nowrap;border:0"
    )
    body = post.html().replace("<p>", '<p style="margin:0 0 16px;font-size:16px;line-height:24px">')
    body = body.replace("<a href", '<a style="color:#1a73e8;text-decoration:underline" href')
    return f"""<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">
<title>{escape(post.title)} - {escape(post.site)}</title></head>
<body style="margin:0;background:#f6f6f6"><a href="#main" style="{unseen}">Skip to content</a>
<a href="#footer" style="position:absolute;left:-9999px">Skip to footer</a>
<div style="display:none;font-size:1px;max-height:0">{escape(post.title)}, and more inside</div>
<table role="presentation" width="100%" style="border-collapse:collapse"><tr><td
style="padding:24px">
<h2 class="visually-hidden" style="{unseen}">Contents</h2>
<div id="main" style="max-width:600px;margin:0 auto;background:#fff;padding:24px"><h1
style="font-size:28px">{escape(post.title)}</h1>
{body}
<button style="background:none"><span style="{unseen}">Share this page</span></button>
</div></td></tr></table><div id="footer" style="font-size:12px;color:#888">{escape(post.site)}. You
get this since you asked.</div></body></html>
"""


def jupyter(post: Post) -> str:
    cells = post.html().replace("<pre>", '<div class="input_area"><pre class="highlight">')
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8" />
<title>{escape(post.title)}</title>
<style type="text/css">.highlight .k {{ color: #008000; font-weight: bold }} .highlight .mi
{{ color: #666 }}</style></head>
<body><div tabindex="-1" id="notebook" class="border-box-sizing"><div class="container"
id="notebook-container">
<div class="cell text_cell rendered"><div class="prompt input_prompt"></div><div class="inner_cell">
<h1 id="t">{escape(post.title)}<a class="anchor-link" href="#t">&#182;</a></h1>
{cells.replace("</pre>", "</pre></div>")}
</div></div></div></div></body></html>
"""
