"""Templates that a stranger writes where plain words are expected, in the languages of many engines, and words with braces."""

from __future__ import annotations

import itertools
import os
from typing import Final

PRODUCT: Final = str(4391 * 2273)
"""What stands in a text only where one of `INJECTIONS` was run."""
SECRET: Final = f"secret-of-the-environment-{os.getpid()}"
"""What a test puts into the environment."""
_MARKS: Final = (
    "{{%s}}", "{{ %s }}", "{{{%s}}}", "{{%s|safe}}", "{%% print(%s) %%}", "{{=%s}}", "${%s}", "#{%s}", "<%%= %s %%>", "[[%s]]",
    "[(%s)]", "@(%s)", "@{%s}", "*{%s}", "~{%s}", "{%s}", "$(%s)", "`%s`",
)  # fmt: skip
_RUN: Final = (
    "4391*2273",
    "4391|int*2273",
    "''.__class__.__mro__[1].__subclasses__()",
    "self.__init__.__globals__.__builtins__.open('/etc/hostname').read()",
    "cycler.__init__.__globals__.os.environ",
    "lipsum.__globals__['os'].environ['CLAUSIER_CANARY']",
    "config.items()",
)
INJECTIONS: Final[tuple[str, ...]] = (
    *(mark % run for mark, run in itertools.product(_MARKS, _RUN)),
    "{0.__class__.__init__.__globals__}", "{why.__class__}", "%(why)s %s %n", "{!r:>999999999}", "$where", "#set($x=4391*2273)$x",
    "<#assign x=4391*2273>${x}", "{% include '/etc/hostname' %}", "{% import 'os' as os %}", "{#- inputs: why -#}",
    "{% raw %}{{4391*2273}}{% endraw %}", "{{'/etc/hostname'|include}}", "{php}echo 4391*2273;{/php}", "<?= 4391*2273 ?>",
    "=4391*2273", "{%for i in range(9)%}x{%endfor%}",
)  # fmt: skip
BRACES: Final[tuple[str, ...]] = (
    *(f"What is {{{name}}}?" for name in ("", "0", "x", "nonce", "passages", "question", "lang", "text", "turns", "input", "context")),
    *(f"Penalties {piece} of {other} delay" for piece, other in itertools.product(
        ("{", "}", "{}", "{{}}", "{{x}}", "{%", "%}", "{#", "#}", "{0}"), ("{a", "b}", "{c[d]}", "{e.f}", "{g!r}", "%(h)s", "$i", "${j}", "\\{k\\}"))),
)  # fmt: skip
