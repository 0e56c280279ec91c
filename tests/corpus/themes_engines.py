"""The pages that blog engines make of a post."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.corpus.post import Post

_MONTHS = ("January", "March", "April", "June", "September", "November")


def number(post: Post, below: int) -> int:
    """Return a number that differs from page to page and is the same every time."""
    return sum(map(ord, post.url)) * 7919 % below


def month(post: Post, back: int = 0) -> str:
    return _MONTHS[(number(post, 6) - back) % 6]


def wordpress(post: Post) -> str:
    """The theme that everybody had in 2008."""
    day, title, site = number(post, 27) + 1, escape(post.title), escape(post.site)
    categories = "".join(
        f'<li class="cat-item"><a href="{post.origin}/category/{name.lower()}/">{name}</a></li>'
        for name in ("Bread", "Days", "Elsewhere", "Uncategorized")[: number(post, 3) + 2]
    )
    archives = "".join(
        f'<li><a href="{post.origin}/2019/0{back + 1}/">{month(post, back)} 2019</a></li>'
        for back in range(4)
    )
    comments = "".join(
        f'<li class="comment"><cite>{escape(name)}</cite><p>{post.comment_html(text)}</p></li>'
        for name, text in post.comments
    )
    return f"""<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN"
 "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml" lang="{post.language}">
<head profile="http://gmpg.org/xfn/11">
<meta http-equiv="Content-Type" content="text/html; charset=UTF-8" />
<title>{title} &laquo; {site}</title>
<meta name="generator" content="WordPress 5.2.4" />
<link rel="stylesheet" href="{post.origin}/wp-content/themes/default/style.css" type="text/css" />
<link rel="pingback" href="{post.origin}/xmlrpc.php" />
<link rel="alternate" type="application/rss+xml" title="{site} RSS Feed" href="{post.origin}/feed/"
/>
</head>
<body>
<div id="page">
<div id="header"><div id="headerimg"><h1><a href="{post.origin}/">{site}</a></h1>
<div class="description">Just another weblog</div></div></div>
<hr />
<div id="content" class="widecolumn">
<div class="post" id="post-{number(post, 900)}">
<h2>{title}</h2>
<div class="entry">
{post.html()}
<p class="postmetadata alt"><small>This entry was posted on {month(post)} {day}, 2019 and is filed
under <a href="{post.origin}/category/days/" rel="category tag">Days</a>. You can follow any
responses to this entry through the <a href="{post.origin}/feed/">RSS 2.0</a> feed.</small></p>
</div></div>
<ol class="commentlist">{comments}</ol>
<form action="{post.origin}/wp-comments-post.php" method="post"><p><input type="text" name="author"
/>
<label>Name (required)</label></p><p><textarea name="comment"></textarea></p></form>
</div>
<div id="sidebar"><ul><li><h2>Archives</h2><ul>{archives}</ul></li>
<li><h2>Categories</h2><ul>{categories}</ul></li>
<li><h2>Meta</h2><ul><li><a href="{post.origin}/wp-login.php">Log in</a></li></ul></li></ul></div>
<div id="footer"><p>{site} is proudly powered by <a href="http://wordpress.example/">WordPress</a>
</p>
</div></div></body></html>
"""


def hugo(post: Post) -> str:
    title, site = escape(post.title), escape(post.site)
    return f"""<!DOCTYPE html>
<html lang="{post.language}">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="generator" content="Hugo 0.68.3">
  <title>{title} | {site}</title>
  <meta property="og:title" content="{title}">
  <meta property="og:type" content="article">
  <link rel="stylesheet" href="/css/main.min.9f2c.css" integrity="sha256-xyz">
  <script>document.documentElement.classList.add('js')</script>
</head>
<body>
  <header><nav><a href="/">{site}</a> <a href="/posts/">Posts</a> <a href="/about/">About</a>
  <a href="/index.xml">RSS</a></nav></header>
  <main><article>
    <h1>{title}</h1>
    <p class="meta"><time datetime="2020-0{number(post, 8) + 1}-11">11 {month(post)} 2020</time></p>
    {post.html()}
  </article></main>
  <footer><p>&copy; {2016 + number(post, 6)} {site}. Made with Hugo.</p></footer>
</body>
</html>
"""


def jekyll(post: Post) -> str:
    title, site = escape(post.title), escape(post.site)
    return f"""<!DOCTYPE html>
<html lang="{post.language}"><head><meta charset="utf-8"><meta http-equiv="X-UA-Compatible"
content="IE=edge">
<!-- Begin Jekyll SEO tag v2.6.1 -->
<title>{title} | {site}</title>
<meta name="generator" content="Jekyll v4.0.0" />
<meta property="og:title" content="{title}" />
<meta property="og:site_name" content="{site}" />
<script type="application/ld+json">{{"@type":"BlogPosting","url":"{post.url}"}}</script>
<!-- End Jekyll SEO tag -->
<link rel="stylesheet" href="/assets/main.css"></head>
<body><header class="site-header" role="banner"><div class="wrapper">
<a class="site-title" rel="author" href="/">{site}</a>
<nav class="site-nav"><input type="checkbox" id="nav-trigger" class="nav-trigger" />
<div class="trigger"><a class="page-link" href="/about/">About</a></div></nav></div></header>
<main class="page-content" aria-label="Content"><div class="wrapper">
<article class="post h-entry" itemscope>
<header class="post-header"><h1 class="post-title p-name">{title}</h1>
<p class="post-meta"><time class="dt-published">{month(post)[:3]} {number(post, 28) + 1},
2021</time></p></header>
<div class="post-content e-content" itemprop="articleBody">
{post.html()}
</div><a class="u-url" href="{post.url}" hidden></a></article>
</div></main>
<footer class="site-footer h-card"><div class="wrapper"><p>{site}</p>
<p class="rss-subscribe">subscribe <a href="/feed.xml">via RSS</a></p></div></footer></body></html>
"""


def ghost(post: Post) -> str:
    title, site = escape(post.title), escape(post.site)
    return f"""<!DOCTYPE html>
<html lang="{post.language}">
<head>
    <title>{title}</title>
    <meta charset="utf-8" />
    <meta property="og:site_name" content="{site}" />
    <meta property="og:title" content="{title}" />
    <meta name="generator" content="Ghost 3.40" />
    <style>:root {{--ghost-accent-color: #15171A;}}</style>
</head>
<body class="post-template">
<div class="site-wrapper">
<header class="site-header"><div class="outer site-nav-main"><nav class="site-nav">
<a class="site-nav-logo" href="{post.origin}">{site}</a>
<ul class="nav"><li><a href="{post.origin}/">Home</a></li><li><a
href="{post.origin}/about/">About</a></li></ul>
</nav></div></header>
<main id="site-main" class="site-main outer"><article class="post-full post tag-notes">
<header class="post-full-header"><section class="post-full-tags"><a href="/tag/notes/">Notes</a>
</section>
<h1 class="post-full-title">{title}</h1></header>
<section class="post-full-content"><div class="post-content">
{post.html()}
</div></section>
<section class="subscribe-form"><h3>Subscribe to {site}</h3>
<p>Get the latest posts delivered right to your inbox</p></section>
</article></main>
<footer class="site-footer outer"><section class="copyright"><a href="{post.origin}">{site}</a>
&copy; 2021</section></footer>
</div><script src="/assets/built/casper.js?v=61d"></script></body></html>
"""


def blogger(post: Post) -> str:
    title, site = escape(post.title), escape(post.site)
    return f"""<!DOCTYPE html>
<html dir='{"rtl" if post.language == "ar" else "ltr"}' lang='{post.language}'
xmlns='http://www.w3.org/1999/xhtml'>
<head>
<meta content='text/html; charset=UTF-8' http-equiv='Content-Type'/>
<meta content='blogger' name='generator'/>
<title>{site}: {title}</title>
<style type='text/css'>body {{ background:#fff5ee; margin:0; font-family: Georgia }}</style>
</head>
<body class='loading'>
<div class='navbar section' id='navbar'></div>
<div id='outer-wrapper'><div id='wrap2'>
<span id='skiplinks' style='display:none;'><a href='#main'>skip to main </a> <a
href='#sidebar'>skip to sidebar</a></span>
<div id='header-wrapper'><h1 class='title'><a href='{post.origin}/'>{site}</a></h1></div>
<div id='main-wrapper'><div class='main section' id='main'>
<h2 class='date-header'><span>{number(post, 28) + 1} {month(post)} 2020</span></h2>
<div class='post hentry'><h3 class='post-title entry-title'>{title}</h3>
<div class='post-body entry-content'>
{post.html()}
<div style='clear: both;'></div></div>
<div class='post-footer'>Posted by <span class='fn'>me</span> at <a class='timestamp-link'
href='{post.url}'>2{number(post, 4)}:1{number(post, 9)}</a></div>
</div></div></div>
<div id='sidebar-wrapper'><h2>About Me</h2><a
href='http://www.blogger.example/profile/0{number(post, 10**9)}'>View my complete profile</a>
<h2>Blog Archive</h2><ul class='hierarchy'><li><a class='post-count-link'
href='{post.origin}/2020/'>2020</a> ({number(post, 60)})</li></ul></div>
</div></div></body></html>
"""


def movabletype(post: Post) -> str:
    title, site = escape(post.title), escape(post.site)
    return f"""<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN"
"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml" id="sixapart-standard">
<head><meta http-equiv="Content-Type" content="text/html; charset=UTF-8" />
<meta name="generator" content="Movable Type 5.2.13" />
<title>{site}: {title}</title>
<!-- <rdf:RDF><rdf:Description rdf:about="{post.url}" dc:title="{title}"
 trackback:ping="{post.origin}/mt/mt-tb.cgi/{number(post, 800)}" /></rdf:RDF> -->
</head>
<body class="layout-one-column"><div id="container"><div id="container-inner">
<div id="banner"><h1 id="banner-header"><a href="{post.origin}/">{site}</a></h1></div>
<div id="pagebody"><div id="alpha" class="asset-body">
<p class="content-nav"><a href="{post.origin}/archives/prev.html">&laquo; Earlier</a> | <a
href="{post.origin}/">Main</a></p>
<h3 class="entry-header">{title}</h3>
<div class="entry-content"><div class="entry-body">
{post.html()}
</div></div>
<p class="entry-footer"><span class="post-footers">Posted on {month(post)}
{number(post, 28) + 1}</span>
<span class="separator">|</span> <a href="{post.url}">Permalink</a></p>
<h2 class="trackbacks-header">TrackBacks</h2><p>TrackBack URL for this entry:
{post.origin}/mt/mt-tb.cgi/{number(post, 800)}</p>
</div></div></div></div></body></html>
"""


def textpattern(post: Post) -> str:
    title, site = escape(post.title), escape(post.site)
    return f"""<!DOCTYPE html>
<html lang="{post.language}"><head><meta charset="utf-8"><title>{title} | {site}</title>
<meta name="generator" content="Textpattern CMS"><link rel="home" href="{post.origin}/">
<link rel="stylesheet" media="screen" href="{post.origin}/css.php?n=default"></head>
<body id="article" class="individualpage"><div class="wrapper"><div class="container">
<header class="site-header"><h1><a rel="home" href="{post.origin}/">{site}</a></h1><h3>words,
mostly</h3></header></div>
<div class="container"><main aria-label="Main content"><article itemscope>
<h1 itemprop="headline">{title}</h1><p><strong>Published</strong> <time>{number(post, 28) + 1}
{month(post)} 2020</time></p>
<div itemprop="articleBody">{post.html()}</div>
<p>Author <span itemprop="author">{escape(post.site.split()[0])}</span></p></article>
<nav aria-label="Page navigation"><a rel="prev" href="{post.origin}/articles/before">Older</a>
</nav></main></div></div></body></html>
"""


def serendipity(post: Post) -> str:
    title, site = escape(post.title), escape(post.site)
    return f"""<!DOCTYPE html>
<html class="no-js" lang="{post.language}"><head><meta charset="utf-8"><title>{title} |
{site}</title>
<meta name="generator" content="Serendipity v.2.3.5"><link rel="pingback"
href="{post.origin}/comment.php?type=pingback">
</head><body class="two-sidebars"><div id="page" class="clearfix container">
<header id="banner"><a id="topofpage" href="{post.origin}/">{site}</a></header>
<div class="clearfix"><main id="content" class="twomain">
<article id="entry_{number(post, 400)}" class="serendipity_entry"><h2
class="serendipity_title">{title}</h2>
<div class="serendipity_entry_body">{post.html()}</div>
<footer class="serendipity_entryFooter">Posted by {escape(post.site)} at 0{number(post, 9)}:41 |
<a href="{post.url}#comments">Comments (0)</a> | <a href="{post.url}#trackbacks">Trackbacks (0)</a>
</footer></article></main>
<aside id="serendipityLeftSideBar"><section class="serendipitySideBarItem"><h3>Calendar</h3><table>
<tr><td>1</td><td>2</td><td>3</td></tr></table></section>
<section><h3>Syndicate This Blog</h3><ul><li><a href="{post.origin}/feeds/index.rss2">RSS 2.0</a>
</li></ul></section></aside>
</div></div></body></html>
"""
