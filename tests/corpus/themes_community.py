"""Pages that many write, and those with little text."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from tests.corpus.post import blocks
from tests.corpus.themes_engines import month, number

if TYPE_CHECKING:
    from tests.corpus.post import Post


def wiki(post: Post) -> str:
    edit = '</span><span class="mw-editsection">[<a href="?action=edit">edit</a>]</span></h2>'
    body = post.html(rel="nofollow", attributes=' class="external text"')
    body = body.replace("</h2>", edit).replace("<h2>", '<h2><span class="mw-headline">')
    title = escape(post.title)
    return f"""<!DOCTYPE html>
<html class="client-nojs" lang="en" dir="ltr"><head><meta charset="UTF-8"/><title>{title} -
{escape(post.site)}</title>
<meta name="generator" content="MediaWiki 1.31.1"/></head>
<body class="mediawiki ltr ns-0 ns-subject skin-vector"><div id="content" class="mw-body"
role="main">
<h1 id="firstHeading" class="firstHeading">{title}</h1>
<div id="bodyContent"><div id="siteSub" class="noprint">From {escape(post.site)}</div>
<div class="mw-jump">Jump to: <a href="#mw-head">navigation</a>, <a href="#p-search">search</a>
</div>
<div id="mw-content-text"><div class="mw-parser-output">
{body}
</div></div></div></div>
<div id="mw-navigation"><div class="portal" role="navigation"><h3>Tools</h3><ul><li><a
href="/wiki/Special:Random">Random page</a></li>
<li><a href="/wiki/Special:RecentChanges">Recent changes</a></li></ul></div></div>
<div id="footer" role="contentinfo"><ul><li>This page was last edited on {number(post, 28) + 1}
{month(post)} 2020.</li></ul></div></body></html>
"""


def forum(post: Post) -> str:
    turns = []
    for index, line in enumerate(post.body.splitlines()):
        if not line.startswith("**"):
            continue
        name, _, text = line[2:].partition("**: ")
        said = "\n".join(blocks(text, post.target, rel="ugc nofollow"))
        turns.append(
            f'<div class="post" id="p{number(post, 9000) + index}"><dl class="postprofile">'
            f"<dt>{escape(name)}</dt><dd>Posts: {(index * 37 + number(post, 500)) % 900}</dd></dl>"
            f'<div class="postbody">{said}</div>'
            f'<div class="sig">{"-- measure twice" if index % 3 == 0 else ""}</div></div>'
        )
    return f"""<!DOCTYPE html><html lang="en"><head><meta charset="utf-8" />
<title>{escape(post.title)} - {escape(post.site)}</title></head>
<body id="phpbb" class="section-viewtopic"><div class="navbar"><ul><li><a href="/">Board index</a>
</li><li><a href="/faq">FAQ</a></li>
<li><a href="/register">Register</a></li></ul></div>
<h2 class="topic-title">{escape(post.title)}</h2>
{"".join(turns)}
<p class="jumpbox">Who is online: {number(post, 12)} guests</p><div class="copyright">Powered by a
board</div></body></html>
"""


def news(post: Post) -> str:
    """A paper's site: a long menu, advertisements, most read, a cookie notice."""
    sections = ("Home", "World", "Politics", "Business", "Sport", "Culture", "Travel", "Jobs")
    menu = "".join(f'<li><a href="/{name.lower()}/">{name}</a></li>' for name in sections)
    read = (
        "Council votes on bridge again",
        "Ten things to do this weekend",
        "Bus drivers accept offer",
        "The dog that came back",
        "Mortgage rates: what to know",
    )
    most = "".join(
        f'<li><a href="/article/{number(post, 10**7) + index}">{title}</a></li>'
        for index, title in enumerate(read)
    )
    return f"""<!DOCTYPE html><html lang="{post.language}"><head><meta charset="utf-8">
<title>{escape(post.title)} | {escape(post.site)}</title>
<meta property="og:site_name" content="{escape(post.site)}"><script async
src="https://ads.example/tag.js"></script></head>
<body><div id="cookie-banner" style="display:none">We value your privacy. <button>Accept
all</button></div>
<header><a href="/">{escape(post.site)}</a><nav><ul>{menu}</ul></nav></header>
<div class="ad leaderboard"><iframe src="https://ads.example/f?slot=1" width="728" height="90">
</iframe>Advertisement</div>
<main><article><h1>{escape(post.title)}</h1><p class="byline">By our correspondent,
{number(post, 28) + 1} {month(post)}</p>
<div class="share"><a href="https://share.example/?u={post.url}">Share</a></div>
{post.html()}
<div class="ad inline">Advertisement <a rel="sponsored"
href="https://ads.example/c?id={number(post, 10**6)}">Cheap car insurance, compare now</a></div>
</article></main>
<aside><h3>Most read</h3><ol>{most}</ol><div class="ad"><a rel="sponsored"
href="https://ads.example/c?id=7">Win at Sunny Casino: 50 free spins</a></div></aside>
<footer><a href="/imprint">Imprint</a> <a href="/privacy">Privacy</a></footer></body></html>
"""


def commented(post: Post) -> str:
    items = "\n".join(
        f'<li id="comment-{index}"><b>{escape(name)}</b> <time>1{index}:2{index}</time><p>'
        f"{post.comment_html(text, rel='nofollow ugc')}</p></li>"
        for index, (name, text) in enumerate(post.comments)
    )
    return f"""<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">
<title>{escape(post.title)} &#8211; {escape(post.site)}</title>
<meta name="generator" content="WordPress 5.7"></head><body class="single"><header
class="site-header"><a href="/">{escape(post.site)}</a></header>
<main><article class="post"><h1 class="entry-title">{escape(post.title)}</h1><div
class="entry-content">
{post.html()}
</div></article>
<section id="comments"><h2>{len(post.comments)} thoughts</h2><ol class="comment-list">
{items}
</ol></section></main></body></html>
"""


def sidebar(post: Post) -> str:
    roll = "".join(f"<li>{post.comment_html(text)}</li>" for _, text in post.comments)
    return f"""<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">
<title>{escape(post.title)} - {escape(post.site)}</title></head>
<body><main><article><h1>{escape(post.title)}</h1>{post.html()}</article></main>
<aside><h2>Elsewhere</h2><ul>{roll}</ul></aside></body></html>
"""


def tumblr(post: Post) -> str:
    return f"""<!DOCTYPE html><html><head><title>{escape(post.site)}, {escape(post.title)}</title>
<meta charset="utf-8">
<meta name="color:Background" content="#36465d"/></head><body><div id="blog-title"><a
href="/">{escape(post.site)}</a></div>
<div class="post text"><h2><a href="{post.url}">{escape(post.title)}</a></h2>{post.html()}
<div class="meta"><a href="{post.url}">{number(post, 300)} notes</a> <a
href="/tagged/things">#things</a></div></div>
<div class="nav"><a href="/archive">archive</a> <a href="/random">random</a></div></body></html>
"""


def podcast(post: Post) -> str:
    return f"""<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">
<title>{escape(post.site)}: {escape(post.title)}</title></head>
<body><header><h1><a href="/">{escape(post.site)}</a></h1><p>a podcast</p></header>
<section class="episode"><h2>{escape(post.title)}</h2>
<audio controls src="/media/{post.slug}.mp3">Your browser cannot play this. <a
href="/media/{post.slug}.mp3">Download</a></audio>
<p>{number(post, 40) + 20} minutes, {number(post, 60) + 10} MB</p>
{post.html()}
<p class="subscribe"><a href="/feed.xml">RSS</a> <a
href="https://podcasts.example/id{number(post, 10**9)}">Subscribe</a></p></section></body></html>
"""


def photo(post: Post) -> str:
    return f"""<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">
<title>{escape(post.title)} / {escape(post.site)}</title></head>
<body style="background:#111;color:#bbb"><figure><a href="/large/{post.slug}.jpg"><img
src="/img/{post.slug}.jpg" width="1200" height="800" alt=""></a>
<figcaption>{post.html()}</figcaption></figure>
<p class="exif">35mm f/2.8 1/{number(post, 9) + 1}0s</p><nav><a href="/prev">&larr;</a> <a
href="/">{escape(post.site)}</a> <a href="/next">&rarr;</a></nav>
<img src="https://stats.example/p.gif" width="1" height="1" alt=""></body></html>
"""


def blogroll(post: Post) -> str:
    body = re.sub(r"<ul>", '<ul class="xoxo blogroll">', post.html())
    return f"""<html><head><title>{escape(post.site)}: {escape(post.title)}</title><meta
charset="utf-8"></head>
<body><h1><a href="/">{escape(post.site)}</a></h1><h2>{escape(post.title)}</h2>{body}
<p><a href="/opml.xml">OPML</a></p></body></html>
"""
